using System.Buffers.Binary;

namespace SensorNet.Sensor.Decode;

/// <summary>SIP over WebSocket (RFC 7118): an HTTP upgrade, then frames (RFC 6455 section 5.2), each message one SIP message.</summary>
internal sealed partial class TcpReassembler
{
    private const int MaxHttpHeader = 16 * 1024;

    // Reused for unmasking; a message is handed on before the next one is touched.
    private byte[] _unmasked = [];

    private static bool IsUpgrade(ReadOnlySpan<byte> data) =>
        (data.StartsWith("GET "u8) && ContainsIgnoreCase(data[..Math.Min(data.Length, MaxHttpHeader)], "websocket"u8))
        || (data.StartsWith("HTTP/1.1 101"u8) && ContainsIgnoreCase(data[..Math.Min(data.Length, MaxHttpHeader)], "websocket"u8));

    // Whether the upgrade may still come: an HTTP header that is not complete.
    private static bool MayBecomeUpgrade(ReadOnlySpan<byte> data) =>
        data.Length < MaxHttpHeader
        && (IsPrefix(data, "GET "u8) || IsPrefix(data, "HTTP/1.1 101"u8))
        && data.IndexOf("\r\n\r\n"u8) < 0;

    private static bool IsPrefix(ReadOnlySpan<byte> data, ReadOnlySpan<byte> start) =>
        data.Length < start.Length ? start.StartsWith(data) : data.StartsWith(start);

    private static bool ContainsIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        while (true)
        {
            var at = text.IndexOfAny(lower[0], (byte)(lower[0] - 0x20));
            if (at < 0 || text.Length - at < lower.Length)
            {
                return false;
            }

            if (EqualsIgnoreCase(text.Slice(at, lower.Length), lower))
            {
                return true;
            }

            text = text[(at + 1)..];
        }
    }

    /// <summary>Whether the octets are a text or binary frame whose payload begins like SIP; used where the upgrade was not seen.</summary>
    private static bool IsSipFrame(ReadOnlySpan<byte> data)
    {
        if (data.Length < 8 || data[0] is not (0x81 or 0x82) || !TryReadFrame(data, out var header, out _, out var mask))
        {
            return false;
        }

        Span<byte> head = stackalloc byte[512];
        var payload = data[header..];
        head = head[..Math.Min(head.Length, payload.Length)];
        Unmask(payload[..head.Length], mask, head);
        return SipStartLine.Match(head) == StartLineMatch.Yes;
    }

    private int FrameWebSocket(TcpStream stream, ReadOnlySpan<byte> data)
    {
        var position = 0;
        if (!stream.Upgraded)
        {
            var end = data.IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                return data.Length < MaxHttpHeader ? 0 : data.Length;
            }

            stream.Upgraded = true;
            position = end + 4;
        }

        while (position < data.Length)
        {
            var rest = data[position..];
            if (stream.Skip > 0)
            {
                var step = (int)Math.Min(stream.Skip, rest.Length);
                stream.Skip -= step;
                position += step;
                continue;
            }

            if (!TryReadFrame(rest, out var header, out var length, out var mask))
            {
                return position;
            }

            if (length > _maxMessage - header)
            {
                _counters.TcpOversizeMessages++;
                stream.Skip = length;
                position += header;
                continue;
            }

            if (rest.Length < header + (int)length)
            {
                return position;
            }

            TakeFrame(stream, rest[0], rest.Slice(header, (int)length), mask);
            position += header + (int)length;
        }

        return position;
    }

    private void TakeFrame(TcpStream stream, byte first, ReadOnlySpan<byte> payload, uint mask)
    {
        var final = (first & 0x80) != 0;
        var opcode = first & 0x0F;
        if (opcode >= 8)
        {
            return; // close, ping, pong; may stand between the frames of a message
        }

        if (opcode != 0)
        {
            stream.PartialLength = 0;

            // RFC 7692: the first reserved bit on the first frame says that the message is deflated.
            stream.Compressed = (first & 0x70) != 0;
        }

        if (stream.Compressed)
        {
            _counters.TcpSkippedBytes += payload.Length;
            return;
        }

        var total = stream.PartialLength + payload.Length;
        if (total > _maxMessage)
        {
            _counters.TcpOversizeMessages++;
            stream.Compressed = true; // the rest of this message is of no use either
            stream.PartialLength = 0;
            return;
        }

        if (final && stream.PartialLength == 0)
        {
            EnsureUnmasked(total);
            Unmask(payload, mask, _unmasked);
            HandOnFrame(stream, _unmasked.AsSpan(0, total));
            return;
        }

        if (total > stream.Partial.Length)
        {
            var bigger = _pool.Rent(Math.Max(total, 2048));
            stream.Partial.AsSpan(0, stream.PartialLength).CopyTo(bigger);
            _bytes += bigger.Length - stream.Partial.Length;
            Give(stream.Partial);
            stream.Partial = bigger;
        }

        Unmask(payload, mask, stream.Partial.AsSpan(stream.PartialLength));
        stream.PartialLength = total;
        if (final)
        {
            HandOnFrame(stream, stream.Partial.AsSpan(0, total));
            _bytes -= stream.Partial.Length;
            stream.Partial = Give(stream.Partial);
            stream.PartialLength = 0;
        }
    }

    // A web server's other sockets use the same ports: only what begins like SIP, or follows it on a connection, is ours.
    private void HandOnFrame(TcpStream stream, ReadOnlySpan<byte> message)
    {
        if (message.TrimStart("\r\n"u8).IsEmpty)
        {
            _counters.TcpKeepalives++;
        }
        else if (stream.Proven || SipStartLine.Match(message) == StartLineMatch.Yes)
        {
            HandOn(stream, TransportKind.Ws, message, truncated: false);
        }
        else
        {
            _counters.TcpSkippedBytes += message.Length;
        }
    }

    private void EnsureUnmasked(int length)
    {
        if (_unmasked.Length < length)
        {
            _unmasked = new byte[Math.Max(length, _maxMessage)];
        }
    }

    private static bool TryReadFrame(ReadOnlySpan<byte> data, out int header, out long length, out uint mask)
    {
        header = 2;
        length = 0;
        mask = 0;
        if (data.Length < 2)
        {
            return false;
        }

        var masked = (data[1] & 0x80) != 0;
        var size = data[1] & 0x7F;
        header += size == 126 ? 2 : size == 127 ? 8 : 0;
        var keyAt = header;
        header += masked ? 4 : 0;
        if (data.Length < header)
        {
            return false;
        }

        length = size switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(data[2..]),
            127 => (long)(BinaryPrimitives.ReadUInt64BigEndian(data[2..]) & long.MaxValue),
            _ => size,
        };
        mask = masked ? BinaryPrimitives.ReadUInt32BigEndian(data[keyAt..]) : 0;
        return true;
    }

    private static void Unmask(ReadOnlySpan<byte> payload, uint mask, Span<byte> target)
    {
        if (mask == 0)
        {
            payload.CopyTo(target);
            return;
        }

        for (var i = 0; i < payload.Length; i++)
        {
            target[i] = (byte)(payload[i] ^ (mask >> (24 - (8 * (i & 3)))));
        }
    }
}

using System.Buffers.Text;

namespace SensorNet.Sensor.Decode;

/// <summary>Where messages begin and end in a stream (RFC 3261 section 18.3; RFC 5626 section 3.5.1 for keepalives).</summary>
internal sealed partial class TcpReassembler
{
    // A Content-Length beyond this is no length; waiting for it would blind us to the rest of the stream.
    private const int AbsurdContentLength = 1 << 20;

    // Where a late segment's own message ends; no stream of the table.
    private readonly TcpStream _late = new();

    /// <summary>Hands on every whole message at the beginning of the octets.</summary>
    /// <returns>How many octets are done with; the caller keeps the rest and offers it again with what follows.</returns>
    private int Frame(TcpStream stream, ReadOnlySpan<byte> data)
    {
        if (stream.Kind == StreamKind.Undecided)
        {
            if (stream.Upgraded && !IsSipFrame(data))
            {
                // Out of step after a gap: the next segment may begin with a frame.
                _counters.TcpSkippedBytes += data.Length;
                return data.Length;
            }

            stream.Kind = Decide(stream, data);
        }

        return stream.Kind switch
        {
            StreamKind.Sip => FrameSip(stream, data),
            StreamKind.WebSocket => FrameWebSocket(stream, data),
            StreamKind.Hep => FrameHep(stream, data),
            StreamKind.Tls => data.Length,
            _ => 0, // too few octets to decide
        };
    }

    /// <summary>Whether a connection not known yet is worth remembering for these octets.</summary>
    private bool IsInteresting(StreamPorts ports, ReadOnlySpan<byte> payload) =>
        (ports & (StreamPorts.Sip | StreamPorts.Tls | StreamPorts.Hep)) != 0
        || ((ports != 0 || _options.AnyPort) && IsUpgrade(payload))
        || ((ports & StreamPorts.WebSocket) != 0 && IsSipFrame(payload))
        || (_options.AnyPort && SipStartLine.Match(payload) == StartLineMatch.Yes)
        || (_options.HepOnAnyPort && HepPacket.IsVersion3Start(payload));

    private StreamKind Decide(TcpStream stream, ReadOnlySpan<byte> data)
    {
        var ports = stream.Ports;
        if (data[0] == 0x16 && ports != 0)
        {
            // A TLS handshake record: 22, 3, minor version (RFC 8446 section 5.1).
            if (data.Length < 3)
            {
                return StreamKind.Undecided;
            }

            if (data[1] == 3 && data[2] <= 4)
            {
                if ((ports & (StreamPorts.Tls | StreamPorts.Sip)) == StreamPorts.Sip)
                {
                    ReportJunk(stream, data);
                }

                if (TlsServerHello.TryRead(data, out var version, out var cipher))
                {
                    Report(ConnectionEvent.Secured, stream.Key, StreamSide.Server, stream.Vlan, version, cipher);
                }

                return StreamKind.Tls;
            }
        }

        if (data[0] == 'H' && ((ports & StreamPorts.Hep) != 0 || _options.HepOnAnyPort) && HepPacket.IsVersion3Start(data))
        {
            return StreamKind.Hep;
        }

        if ((ports & StreamPorts.WebSocket) != 0 && MayBecomeUpgrade(data))
        {
            return StreamKind.Undecided;
        }

        if (IsUpgrade(data) || ((stream.Upgraded || (ports & StreamPorts.WebSocket) != 0) && IsSipFrame(data)))
        {
            stream.Upgraded = !IsUpgrade(data);
            return StreamKind.WebSocket;
        }

        if (ports == StreamPorts.Hep)
        {
            return StreamKind.Hep;
        }

        // On a TLS port whatever is not readable is taken for the middle of a TLS connection.
        return (ports & (StreamPorts.Tls | StreamPorts.Sip)) == 0 && ports != 0 ? StreamKind.Sip
            : (ports & StreamPorts.Tls) != 0 && SipStartLine.Match(data) != StartLineMatch.Yes ? StreamKind.Tls
            : StreamKind.Sip;
    }

    private int FrameSip(TcpStream stream, ReadOnlySpan<byte> data)
    {
        var position = 0;
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

            if (!stream.InMessage)
            {
                var blank = rest.IndexOfAnyExcept((byte)'\r', (byte)'\n', (byte)0);
                if (blank != 0)
                {
                    _counters.TcpKeepalives++;
                    position = blank < 0 ? data.Length : position + blank;
                    continue;
                }

                var match = SipStartLine.Match(rest);
                if (match == StartLineMatch.NeedMore)
                {
                    return position;
                }

                if (match == StartLineMatch.No)
                {
                    position += StepOverJunk(stream, rest);
                    continue;
                }

                stream.InMessage = true;
                stream.ScanFrom = 0;
                stream.Needed = 0;
            }

            if (stream.Needed == 0 && !FindEnd(stream, rest))
            {
                if (rest.Length < _maxMessage)
                {
                    return position;
                }

                stream.Needed = long.MaxValue; // a header without end
            }

            if (stream.Needed > _maxMessage)
            {
                if (rest.Length < _maxMessage)
                {
                    return position;
                }

                _counters.TcpOversizeMessages++;
                var skip = stream.Needed == long.MaxValue ? 0 : stream.Needed - _maxMessage;
                HandOn(stream, TransportKind.Tcp, rest[.._maxMessage], truncated: true);
                stream.Skip = skip;
                position += _maxMessage;
                continue;
            }

            if (rest.Length < stream.Needed)
            {
                return position;
            }

            var length = (int)stream.Needed;
            HandOn(stream, TransportKind.Tcp, rest[..length], truncated: false);
            position += length;
        }

        return position;
    }

    // A segment that fills a hole long stepped over: its whole messages are handed on, its pieces of messages are not.
    private void FrameLate(TcpStream stream, ReadOnlySpan<byte> data)
    {
        if (stream.Kind != StreamKind.Sip)
        {
            return;
        }

        var late = _late;
        while (!data.IsEmpty)
        {
            var start = data.IndexOfAnyExcept((byte)'\r', (byte)'\n', (byte)0);
            if (start < 0)
            {
                return;
            }

            data = data[start..];
            late.ScanFrom = 0;
            if (SipStartLine.Match(data) != StartLineMatch.Yes || !FindEnd(late, data) || late.Needed > data.Length)
            {
                _counters.TcpSkippedBytes += data.Length;
                return;
            }

            _delivered = true;
            _decoder.DeliverFromStream(
                stream, _time, TransportKind.Tcp, data[..(int)late.Needed], afterGap: true, truncated: false);
            data = data[(int)late.Needed..];
        }
    }

    // Finds the empty line after the header and from it the message's length.
    private static bool FindEnd(TcpStream stream, ReadOnlySpan<byte> message)
    {
        var from = stream.ScanFrom;
        while (true)
        {
            var newline = message[from..].IndexOf((byte)'\n');
            if (newline < 0)
            {
                stream.ScanFrom = message.Length;
                return false;
            }

            var next = from + newline + 1;
            if (next == message.Length || (message[next] == '\r' && next + 1 == message.Length))
            {
                // Whether this was the last line shows only with the next octets: look at this line's end again then.
                stream.ScanFrom = next - 1;
                return false;
            }

            var end = message[next] == '\n' ? next + 1
                : message[next] == '\r' && message[next + 1] == '\n' ? next + 2
                : 0;
            if (end > 0)
            {
                stream.Needed = end + ContentLength(message[..end]);
                return true;
            }

            from = next;
        }
    }

    /// <summary>The value of the first Content-Length field or its compact form; 0 when there is none or it is no length.</summary>
    internal static int ContentLength(ReadOnlySpan<byte> header)
    {
        while (true)
        {
            var newline = header.IndexOf((byte)'\n');
            if (newline < 0)
            {
                return 0;
            }

            header = header[(newline + 1)..];
            ReadOnlySpan<byte> name = "content-length"u8;
            int after;
            if (header.Length > 1 && (header[0] | 0x20) == 'l' && header[1] is (byte)':' or (byte)' ' or (byte)'\t')
            {
                after = 1;
            }
            else if (header.Length > name.Length && (header[0] | 0x20) == 'c' && EqualsIgnoreCase(header[..name.Length], name))
            {
                after = name.Length;
            }
            else
            {
                continue;
            }

            var value = header[after..].TrimStart(" \t"u8);
            if (value.IsEmpty || value[0] != ':')
            {
                continue;
            }

            value = value[1..].TrimStart(" \t"u8);
            return value.Length > 0 && value[0] is >= (byte)'0' and <= (byte)'9'
                && Utf8Parser.TryParse(value, out int length, out _) && length <= AbsurdContentLength
                ? length
                : 0;
        }
    }

    private static bool EqualsIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        for (var i = 0; i < lower.Length; i++)
        {
            var c = text[i];
            if (c != lower[i] && (c is < (byte)'A' or > (byte)'Z' || (c | 0x20) != lower[i]))
            {
                return false;
            }
        }

        return true;
    }

    // Octets that begin no message: what a probe sent when the connection has carried nothing else, otherwise the rest of
    // something that was lost. Returns how many to step over, at least one: up to the next line that may be a start line.
    private int StepOverJunk(TcpStream stream, ReadOnlySpan<byte> data)
    {
        var position = 0;
        while (true)
        {
            var newline = data[position..].IndexOf((byte)'\n');
            if (newline < 0)
            {
                position = data.Length;
                break;
            }

            var within = SipStartLine.FindWithin(data.Slice(position, Math.Min(newline + 1, SipStartLine.MaxLength)));
            if (within > 0)
            {
                position += within;
                break;
            }

            position += newline + 1;
            if (position == data.Length || SipStartLine.Match(data[position..]) != StartLineMatch.No)
            {
                break;
            }
        }

        ReportJunk(stream, data[..position]);
        _counters.TcpSkippedBytes += position;
        return position;
    }

    private void ReportJunk(TcpStream stream, ReadOnlySpan<byte> data)
    {
        if ((stream.Ports & StreamPorts.Sip) != 0 && stream.FromStart && !stream.Proven && !stream.JunkReported && !stream.AfterGap)
        {
            stream.JunkReported = true;
            _delivered = true;
            _decoder.DeliverFromStream(stream, _time, TransportKind.Tcp, data, afterGap: false, truncated: false);
        }
    }

    private void HandOn(TcpStream stream, TransportKind transport, ReadOnlySpan<byte> message, bool truncated)
    {
        var afterGap = stream.AfterGap;
        stream.AfterGap = false;
        stream.Proven = true;
        stream.InMessage = false;
        stream.Needed = 0;
        stream.ScanFrom = 0;
        _delivered = true;
        _decoder.DeliverFromStream(stream, _time, transport, message, afterGap, truncated);
    }

    // The next octets of the stream are lost. What is left of the message under way is handed on; when its end is known and
    // lies behind the hole, the stream goes on exactly there.
    private void BridgeGap(TcpStream stream, int missing)
    {
        var behind = stream.Skip > 0 ? stream.Skip
            : stream.InMessage && stream.Needed > 0 && stream.Needed != long.MaxValue ? stream.Needed - stream.Length
            : 0;
        FlushMessage(stream);
        stream.AfterGap = true;
        if (behind >= missing)
        {
            stream.Skip = behind - missing;
        }

        if (stream.Kind == StreamKind.WebSocket)
        {
            // Frames have no mark to find them by; the next segment that looks like one goes on.
            stream.Kind = StreamKind.Undecided;
        }
    }

    // Hands on what there is of the message under way, marked as truncated, and forgets it.
    private void FlushMessage(TcpStream stream)
    {
        if (stream.Length > 0)
        {
            var held = stream.Buffer.AsSpan(0, stream.Length);
            if (stream.InMessage)
            {
                HandOn(stream, TransportKind.Tcp, held, truncated: true);
            }
            else if (stream.Kind == StreamKind.Sip)
            {
                ReportJunk(stream, held);
            }
        }

        ResetMessage(stream);
    }
}

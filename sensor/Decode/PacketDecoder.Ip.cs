using System.Buffers.Binary;

namespace SensorNet.Sensor.Decode;

/// <summary>IPv4 (RFC 791) and IPv6 with its extension headers (RFC 8200), fragments included.</summary>
internal sealed partial class PacketDecoder
{
    private const byte ProtocolIPv4 = 4;
    private const byte ProtocolTcp = 6;
    private const byte ProtocolUdp = 17;
    private const byte ProtocolIPv6 = 41;
    private const byte ProtocolGre = 47;
    private const byte ProtocolEsp = 50;
    private const byte ProtocolSctp = 132;
    private const byte ProtocolMpls = 137;
    private const int MaxExtensionHeaders = 16;

    private DecodeStatus DecodeIp(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return Short(DecodeStatus.MalformedIp);
        }

        if (!Nested())
        {
            return DecodeStatus.TooDeep;
        }

        return (data[0] >> 4) switch
        {
            4 => DecodeIPv4(data),
            6 => DecodeIPv6(data),
            _ => DecodeStatus.MalformedIp,
        };
    }

    private DecodeStatus DecodeIPv4(ReadOnlySpan<byte> data)
    {
        if (data.Length < 20)
        {
            return Short(DecodeStatus.MalformedIp);
        }

        var headerLength = (data[0] & 0x0F) * 4;
        int total = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        if (total == 0)
        {
            // Segmentation offload: the card would have filled it in.
            total = data.Length;
        }

        if (headerLength < 20 || total < headerLength)
        {
            return DecodeStatus.MalformedIp;
        }

        if (headerLength > data.Length)
        {
            return Short(DecodeStatus.MalformedIp);
        }

        _source = IpAddress128.Read(data.Slice(12, 4));
        _destination = IpAddress128.Read(data.Slice(16, 4));
        _missing = Math.Max(0, total - data.Length);
        var payload = data[headerLength..Math.Min(total, data.Length)];

        var fragment = BinaryPrimitives.ReadUInt16BigEndian(data[6..]);
        return (fragment & 0x3FFF) == 0
            ? DecodeTransport(data[9], payload)
            : AddFragment(
                BinaryPrimitives.ReadUInt16BigEndian(data[4..]), data[9], (fragment & 0x1FFF) * 8, (fragment & 0x2000) != 0, payload);
    }

    private DecodeStatus DecodeIPv6(ReadOnlySpan<byte> data)
    {
        if (data.Length < 40)
        {
            return Short(DecodeStatus.MalformedIp);
        }

        _source = IpAddress128.Read(data.Slice(8, 16));
        _destination = IpAddress128.Read(data.Slice(24, 16));
        int length = BinaryPrimitives.ReadUInt16BigEndian(data[4..]);
        var next = data[6];
        var payload = data[40..];
        _missing = Math.Max(0, length - payload.Length);
        if (length != 0)
        {
            // 0 is a jumbogram (RFC 2675) or segmentation offload: all there is.
            payload = payload[..Math.Min(length, payload.Length)];
        }

        return DecodeExtensions(next, payload);
    }

    private DecodeStatus DecodeExtensions(byte next, ReadOnlySpan<byte> payload)
    {
        for (var headers = 0; headers < MaxExtensionHeaders; headers++)
        {
            int extension;
            switch (next)
            {
                case 0 or 43 or 60 or 135 or 139 or 140:
                    extension = payload.Length < 2 ? int.MaxValue : (payload[1] + 1) * 8;
                    break;
                case 51: // RFC 4302 counts in 4 octets, without the first two
                    extension = payload.Length < 2 ? int.MaxValue : (payload[1] + 2) * 4;
                    break;
                case 44:
                    if (payload.Length < 8)
                    {
                        return Short(DecodeStatus.MalformedIp);
                    }

                    var field = BinaryPrimitives.ReadUInt16BigEndian(payload[2..]);
                    next = payload[0];
                    if ((field & 0xFFF9) != 0)
                    {
                        return AddFragment(
                            BinaryPrimitives.ReadUInt32BigEndian(payload[4..]), next, field & 0xFFF8, (field & 1) != 0, payload[8..]);
                    }

                    // RFC 6946: an atomic fragment is a whole packet.
                    payload = payload[8..];
                    continue;
                case 59:
                    return DecodeStatus.NoPayload;
                default:
                    return DecodeTransport(next, payload);
            }

            if (extension > payload.Length)
            {
                return Short(DecodeStatus.MalformedIp);
            }

            next = payload[0];
            payload = payload[extension..];
        }

        return DecodeStatus.TooDeep;
    }

    private DecodeStatus AddFragment(uint id, byte protocol, int offset, bool more, ReadOnlySpan<byte> payload)
    {
        if (_missing > 0)
        {
            // Its end is unknown, so the datagram can never be whole.
            return DecodeStatus.Truncated;
        }

        var key = new FragmentKey(_source, _destination, id, protocol, _vlan, _tunnelId);
        var status = _fragments.Add(key, _time, offset, more, payload, out var whole);
        if (status != DecodeStatus.Delivered)
        {
            return status;
        }

        // The buffer belongs to the table until the next fragment arrives; a datagram inside a tunnel may itself be a
        // fragment, so it is given back only after it has been decoded.
        var held = whole!;
        try
        {
            // In IPv6 extension headers may follow inside the fragmented part, another fragment header among them.
            return key.Source.IsIPv4 ? DecodeTransport(protocol, held.Payload)
                : Nested() ? DecodeExtensions(protocol, held.Payload)
                : DecodeStatus.TooDeep;
        }
        finally
        {
            _fragments.Release(held);
        }
    }

    private DecodeStatus DecodeTransport(byte protocol, ReadOnlySpan<byte> payload) => protocol switch
    {
        ProtocolUdp => DecodeUdp(payload),
        ProtocolTcp => DecodeTcp(payload),
        ProtocolIPv4 or ProtocolIPv6 => DecodeIpInIp(payload),
        ProtocolGre => DecodeGre(payload),
        ProtocolMpls => DecodeMpls(payload),
        ProtocolSctp => DecodeStatus.UndecodableSctp,
        ProtocolEsp => DecodeStatus.UndecodableEsp,
        _ => DecodeStatus.UnsupportedProtocol,
    };
}

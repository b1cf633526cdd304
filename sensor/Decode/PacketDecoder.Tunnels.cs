using System.Buffers.Binary;

namespace SensorNet.Sensor.Decode;

/// <summary>Packets inside packets. The innermost tunnel names the datagram's tunnel, the innermost addresses its ends.</summary>
internal sealed partial class PacketDecoder
{
    /// <summary>RFC 7348: flags with the I bit, VNI in octets 4-6, then an Ethernet frame.</summary>
    private DecodeStatus DecodeVxlan(ReadOnlySpan<byte> data)
    {
        if (data.Length < 8)
        {
            return Short(DecodeStatus.MalformedTransport);
        }

        if ((data[0] & 0x08) == 0)
        {
            return DecodeStatus.MalformedTransport;
        }

        if (!Enter(TunnelKind.Vxlan, BinaryPrimitives.ReadUInt32BigEndian(data[4..]) >> 8))
        {
            return DecodeStatus.TooDeep;
        }

        // VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe) sets the P bit and names what follows.
        var next = (data[0] & 0x04) != 0 ? data[3] : (byte)3;
        return next switch
        {
            1 or 2 => DecodeIp(data[8..]),
            3 => DecodeEthernet(data[8..]),
            _ => DecodeStatus.NotIp,
        };
    }

    /// <summary>RFC 2784 with the key and sequence of RFC 2890, the routing of RFC 1701 and the version of RFC 2637 (PPTP).</summary>
    private DecodeStatus DecodeGre(ReadOnlySpan<byte> data)
    {
        if (data.Length < 4)
        {
            return Short(DecodeStatus.MalformedTransport);
        }

        var flags = BinaryPrimitives.ReadUInt16BigEndian(data);
        var type = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        var version = flags & 7;
        var position = 4;
        if (version == 0 && (flags & 0xC000) != 0)
        {
            position += 4; // checksum and offset; both are there when either routing or checksum is
        }

        var key = 0u;
        if ((flags & 0x2000) != 0)
        {
            if (data.Length < position + 4)
            {
                return Short(DecodeStatus.MalformedTransport);
            }

            key = BinaryPrimitives.ReadUInt32BigEndian(data[position..]);
            position += 4;
        }

        if ((flags & 0x1000) != 0)
        {
            position += 4;
        }

        if (version == 1 && (flags & 0x0080) != 0)
        {
            position += 4;
        }

        if (version == 0 && (flags & 0x4000) != 0 && !SkipGreRouting(data, ref position))
        {
            return Short(DecodeStatus.MalformedTransport);
        }

        if (position > data.Length || version > 1)
        {
            return version > 1 ? DecodeStatus.MalformedTransport : Short(DecodeStatus.MalformedTransport);
        }

        if (!Enter(TunnelKind.Gre, key))
        {
            return DecodeStatus.TooDeep;
        }

        var inner = data[position..];
        return type switch
        {
            // ERSPAN type I has no header of its own and no GRE sequence number.
            0x88BE when (flags & 0x1000) == 0 => DecodeErspan(inner, 0),
            0x88BE => DecodeErspan(inner, 8),
            0x22EB => DecodeErspan3(inner),
            _ => DecodeEtherType(type, inner),
        };
    }

    private static bool SkipGreRouting(ReadOnlySpan<byte> data, ref int position)
    {
        // Source route entries: address family, offset, length, then that many octets; a length of 0 ends the list.
        for (var entries = 0; entries < MaxDepth; entries++)
        {
            if (data.Length < position + 4)
            {
                return false;
            }

            var family = BinaryPrimitives.ReadUInt16BigEndian(data[position..]);
            var length = data[position + 3];
            position += 4 + length;
            if (length == 0 && family == 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>draft-foschiano-erspan: type II has 8 octets with the session in 10 bits, type I none.</summary>
    private DecodeStatus DecodeErspan(ReadOnlySpan<byte> data, int header)
    {
        if (data.Length < header)
        {
            return Short(DecodeStatus.MalformedTransport);
        }

        _tunnel = TunnelKind.Erspan;
        _tunnelId = header == 0 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(data[2..]) & 0x03FFu;
        return DecodeEthernet(data[header..]);
    }

    /// <summary>draft-foschiano-erspan: type III has 12 octets and, with the O bit, 8 more.</summary>
    private DecodeStatus DecodeErspan3(ReadOnlySpan<byte> data)
    {
        if (data.Length < 12)
        {
            return Short(DecodeStatus.MalformedTransport);
        }

        _tunnel = TunnelKind.Erspan;
        _tunnelId = BinaryPrimitives.ReadUInt16BigEndian(data[2..]) & 0x03FFu;
        var header = (data[11] & 1) != 0 ? 20 : 12;
        if (data.Length < header)
        {
            return Short(DecodeStatus.MalformedTransport);
        }

        // The frame type says whether an Ethernet frame (0) or a bare IP packet (2) follows.
        var frameType = (data[10] >> 2) & 0x1F;
        return frameType == 2 ? DecodeIp(data[header..]) : DecodeEthernet(data[header..]);
    }

    private DecodeStatus DecodeIpInIp(ReadOnlySpan<byte> data) =>
        Enter(TunnelKind.IpInIp, 0) ? DecodeIp(data) : DecodeStatus.TooDeep;

    /// <summary>3GPP TS 29.281: message type 255 carries a user's IP packet, after optional extension headers.</summary>
    private DecodeStatus DecodeGtp(ReadOnlySpan<byte> data)
    {
        if (data.Length < 8)
        {
            return Short(DecodeStatus.MalformedTransport);
        }

        if ((data[0] & 0xF0) != 0x30)
        {
            return DecodeStatus.MalformedTransport; // version 1, protocol type GTP
        }

        if (data[1] != 255)
        {
            return DecodeStatus.UnsupportedProtocol;
        }

        var position = 8;
        if ((data[0] & 0x07) != 0)
        {
            if (data.Length < 12)
            {
                return Short(DecodeStatus.MalformedTransport);
            }

            var next = (data[0] & 0x04) != 0 ? data[11] : (byte)0;
            position = 12;
            for (var headers = 0; next != 0; headers++)
            {
                if (position >= data.Length)
                {
                    return Short(DecodeStatus.MalformedTransport);
                }

                var length = data[position] * 4;
                if (length == 0 || position + length > data.Length || headers == MaxDepth)
                {
                    return Short(DecodeStatus.MalformedTransport);
                }

                next = data[position + length - 1];
                position += length;
            }
        }

        return Enter(TunnelKind.Gtp, BinaryPrimitives.ReadUInt32BigEndian(data[4..]))
            ? DecodeIp(data[position..])
            : DecodeStatus.TooDeep;
    }

    private bool Enter(TunnelKind kind, uint id)
    {
        _tunnel = kind;
        _tunnelId = id;
        Counters.TunnelPackets++;
        return Nested();
    }
}

using System.Buffers.Binary;

namespace SensorNet.Sensor.Decode;

/// <summary>Link layers, VLAN tags, MPLS labels and PPP down to the IP header.</summary>
internal sealed partial class PacketDecoder
{
    private const ushort EtherIPv4 = 0x0800;
    private const ushort EtherIPv6 = 0x86DD;
    private const ushort EtherVlan = 0x8100;
    private const ushort EtherBridge = 0x6558;

    private DecodeStatus DecodeLink(LinkType linkType, ReadOnlySpan<byte> data)
    {
        switch (linkType)
        {
            case LinkType.Ethernet:
                return DecodeEthernet(data);
            case LinkType.LinuxCooked:
                return data.Length < 16
                    ? Short(DecodeStatus.MalformedLink)
                    : DecodeEtherType(BinaryPrimitives.ReadUInt16BigEndian(data[14..]), data[16..]);
            case LinkType.LinuxCooked2:
                return data.Length < 20
                    ? Short(DecodeStatus.MalformedLink)
                    : DecodeEtherType(BinaryPrimitives.ReadUInt16BigEndian(data), data[20..]);
            case LinkType.Raw or LinkType.RawBsd or LinkType.RawOpenBsd or LinkType.IPv4 or LinkType.IPv6:
                return DecodeIp(data);
            case LinkType.Null or LinkType.Loop:
                // An address family in the byte order of the machine that captured; its values differ between systems,
                // whereas the IP version that follows does not.
                return data.Length < 4 ? Short(DecodeStatus.MalformedLink) : DecodeIp(data[4..]);
            case LinkType.Ppp:
                return DecodePpp(data, hdlc: false);
            case LinkType.PppHdlc:
                return DecodePpp(data, hdlc: true);
            case LinkType.PppEthernet:
                return DecodePppoe(data);
            case LinkType.CiscoHdlc:
                return data.Length < 4
                    ? Short(DecodeStatus.MalformedLink)
                    : DecodeEtherType(BinaryPrimitives.ReadUInt16BigEndian(data[2..]), data[4..]);
            default:
                return DecodeStatus.UnsupportedLinkType;
        }
    }

    private DecodeStatus DecodeEthernet(ReadOnlySpan<byte> data) =>
        data.Length < 14
            ? Short(DecodeStatus.MalformedLink)
            : DecodeEtherType(BinaryPrimitives.ReadUInt16BigEndian(data[12..]), data[14..]);

    private DecodeStatus DecodeEtherType(ushort type, ReadOnlySpan<byte> data)
    {
        for (var tags = 0; tags < MaxDepth; tags++)
        {
            switch (type)
            {
                case EtherIPv4 or EtherIPv6:
                    return DecodeIp(data);
                case EtherVlan or 0x88A8 or 0x9100 or 0x9200 or 0x9300:
                    if (data.Length < 4)
                    {
                        return Short(DecodeStatus.MalformedLink);
                    }

                    if (_vlan == 0)
                    {
                        _vlan = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(data) & 0x0FFF);
                    }

                    type = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
                    data = data[4..];
                    continue;
                case 0x8847 or 0x8848:
                    return DecodeMpls(data);
                case 0x8863:
                    return DecodeStatus.NotIp;
                case 0x8864:
                    return DecodePppoe(data);
                case 0x880B:
                    return DecodePpp(data, hdlc: false);
                case EtherBridge:
                    return Nested() ? DecodeEthernet(data) : DecodeStatus.TooDeep;
                case <= 1500:
                    // IEEE 802.3 length: LLC with SNAP carries an EtherType again; anything else is not IP.
                    if (data.Length < 8 || !data.StartsWith((ReadOnlySpan<byte>)[0xAA, 0xAA, 0x03, 0, 0, 0]))
                    {
                        return DecodeStatus.NotIp;
                    }

                    type = BinaryPrimitives.ReadUInt16BigEndian(data[6..]);
                    data = data[8..];
                    continue;
                default:
                    return DecodeStatus.NotIp;
            }
        }

        return DecodeStatus.TooDeep;
    }

    /// <summary>RFC 3032: labels of 4 octets until the one with the bottom-of-stack bit. What follows has no type field.</summary>
    private DecodeStatus DecodeMpls(ReadOnlySpan<byte> data)
    {
        for (var labels = 0; labels < MaxDepth; labels++)
        {
            if (data.Length < 4)
            {
                return Short(DecodeStatus.MalformedLink);
            }

            var bottom = (data[2] & 1) != 0;
            data = data[4..];
            if (!bottom)
            {
                continue;
            }

            if (data.IsEmpty)
            {
                return Short(DecodeStatus.MalformedLink);
            }

            // RFC 4385: a first nibble of 0 is a pseudowire's control word, before an Ethernet frame.
            return (data[0] >> 4) switch
            {
                4 or 6 => DecodeIp(data),
                0 when data.Length > 4 => Nested() ? DecodeEthernet(data[4..]) : DecodeStatus.TooDeep,
                _ => DecodeStatus.NotIp,
            };
        }

        return DecodeStatus.TooDeep;
    }

    /// <summary>RFC 2516: 6 octets, of which only session data (code 0) carries packets.</summary>
    private DecodeStatus DecodePppoe(ReadOnlySpan<byte> data)
    {
        if (data.Length < 6)
        {
            return Short(DecodeStatus.MalformedLink);
        }

        return data[1] == 0 ? DecodePpp(data[6..], hdlc: false) : DecodeStatus.NotIp;
    }

    /// <summary>RFC 1661, with the address and control octets of RFC 1662 where they are not compressed away.</summary>
    private DecodeStatus DecodePpp(ReadOnlySpan<byte> data, bool hdlc)
    {
        if (data.Length >= 2 && ((data[0] == 0xFF && data[1] == 0x03) || (hdlc && data[0] == 0x0F)))
        {
            if (hdlc && data[0] == 0x0F)
            {
                // Cisco HDLC under the PPP link type: an EtherType after address and control.
                return data.Length < 4
                    ? Short(DecodeStatus.MalformedLink)
                    : DecodeEtherType(BinaryPrimitives.ReadUInt16BigEndian(data[2..]), data[4..]);
            }

            data = data[2..];
        }

        if (data.IsEmpty)
        {
            return Short(DecodeStatus.MalformedLink);
        }

        // Protocol field compression: an odd first octet is the whole field.
        int protocol;
        if ((data[0] & 1) != 0)
        {
            protocol = data[0];
            data = data[1..];
        }
        else if (data.Length >= 2)
        {
            protocol = BinaryPrimitives.ReadUInt16BigEndian(data);
            data = data[2..];
        }
        else
        {
            return Short(DecodeStatus.MalformedLink);
        }

        return protocol switch
        {
            0x0021 or 0x0057 => DecodeIp(data),
            0x0281 or 0x0283 => DecodeMpls(data),
            _ => DecodeStatus.NotIp,
        };
    }

    /// <summary>Enters one more packet inside a packet; false when that is one too many.</summary>
    private bool Nested() => ++_depth <= MaxDepth;
}

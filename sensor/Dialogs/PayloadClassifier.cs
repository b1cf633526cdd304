using System.Buffers.Binary;
using System.Text;

namespace SensorNet.Sensor.Dialogs;

/// <summary>Tells keepalives and media from messages and probes (the first-octet ranges are those of RFC 7983).</summary>
internal static class PayloadClassifier
{
    public static PayloadKind Classify(ReadOnlySpan<byte> payload)
    {
        var first = payload[0];
        if (first is >= (byte)'A' and <= (byte)'Z')
        {
            return PayloadKind.Text;
        }

        if (first is (byte)'\r' or (byte)'\n')
        {
            return payload.Length <= 4 && payload.IndexOfAnyExcept((byte)'\r', (byte)'\n') < 0 ? PayloadKind.CrlfKeepalive : PayloadKind.Text;
        }

        if (first == 0 && payload.Length == 4 && payload.IndexOfAnyExcept((byte)0) < 0)
        {
            return PayloadKind.ZeroKeepalive;
        }

        if (first < 4 && payload.Length >= 20 && BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) + 20 == payload.Length
            && (BinaryPrimitives.ReadUInt32BigEndian(payload[4..]) == 0x2112A442
                || BinaryPrimitives.ReadUInt16BigEndian(payload) is 0x0001 or 0x0101 or 0x0111))
        {
            // With the cookie of RFC 5389, or a binding request or answer of RFC 3489, which has none.
            return PayloadKind.Stun;
        }

        if (first is >= 20 and <= 63 && payload.Length >= 13 && payload[1] == 0xFE && payload[2] is 0xFF or 0xFD)
        {
            return PayloadKind.Dtls;
        }

        if (first is >= 128 and <= 191 && payload.Length >= 12)
        {
            var type = payload[1];
            if (type is >= 192 and <= 223)
            {
                return PayloadKind.Rtcp;
            }

            // Media of known payload types only: random octets with the version bits of RTP are a probe.
            var payloadType = type & 0x7F;
            return payloadType is <= 34 or >= 96 ? PayloadKind.Rtp : PayloadKind.Other;
        }

        return first is >= 0x21 and < 0x7F ? PayloadKind.Text : PayloadKind.Other;
    }

    /// <summary>The protocol of a probe, as far as its first octets tell: the reason of <c>sip.msg.probe</c>.</summary>
    public static string Describe(ReadOnlySpan<byte> payload)
    {
        if (payload.Length >= 3 && payload[0] == 0x16 && payload[1] == 3)
        {
            return "tls";
        }

        if (payload.StartsWith("SSH-"u8))
        {
            return "ssh";
        }

        if (payload.StartsWith("M-SEARCH"u8) || payload.StartsWith("NOTIFY * HTTP"u8))
        {
            return "ssdp";
        }

        var line = payload.IndexOf((byte)'\n');
        if ((line < 0 ? payload : payload[..line]).IndexOf("HTTP/"u8) >= 0)
        {
            return "http";
        }

        if (payload.Length >= 4 && payload[0] == 3 && payload[1] == 0 && BinaryPrimitives.ReadUInt16BigEndian(payload[2..]) == payload.Length)
        {
            return "rdp";
        }

        if (payload.Length == 48 && (payload[0] & 7) is 3 or 4 && (payload[0] >> 3 & 7) is >= 1 and <= 4)
        {
            return "ntp";
        }

        if (payload.Length > 12 && payload[0] == 0x30 && payload[2] == 2 && payload[3] == 1)
        {
            return "snmp";
        }

        if (payload.Length >= 17 && BinaryPrimitives.ReadUInt16BigEndian(payload[4..]) is >= 1 and <= 4 && (payload[2] & 0x78) == 0
            && BinaryPrimitives.ReadUInt16BigEndian(payload[6..]) == 0 && payload[12] is > 0 and < 64)
        {
            return "dns";
        }

        if (payload.Length < 8)
        {
            return "short";
        }

        return Ascii.IsValid(payload) ? "text" : "binary";
    }
}

using SensorNet.Sensor.Decode;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// netfilter's LOG target: <c>[UFW BLOCK] IN=eth0 OUT= MAC=... SRC=192.0.2.1 DST=192.0.2.2 ... PROTO=TCP SPT=1 DPT=22</c>. What
/// stands before IN= is the operator's label; a label that tells of no acceptance is a block, for that is what is logged.
/// </summary>
internal static class FirewallLine
{
    /// <summary>Whether a message has the shape.</summary>
    public static bool Looks(ReadOnlySpan<byte> text) => text.IndexOf(" SRC="u8) > 0 && text.IndexOf(" DST="u8) > 0 && text.IndexOf("OUT="u8) >= 0;

    public static LineVerdict Parse(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit, bool inRequired = true)
    {
        var start = Key(text, "IN="u8);
        if (start < 0)
        {
            start = inRequired ? -1 : Math.Max(Key(text, "OUT="u8), text.IndexOf("SRC="u8));
            if (start < 0)
            {
                return LineVerdict.NotMine;
            }
        }

        var label = LogText.Trim(text[..start]).TrimEnd((byte)':');
        IpAddress128 source = default, destination = default;
        ReadOnlySpan<byte> protocol = default, input = default, output = default, type = default;
        uint sourcePort = 0, destinationPort = 0;
        bool hasSource = false, hasDestination = false, syn = false;
        var cursor = new LineCursor(text[start..]);
        for (var words = 0; words < 64 && !cursor.AtEnd; words++)
        {
            var word = cursor.Word();
            if (word.StartsWith("SRC="u8))
            {
                hasSource |= LogText.TryAddress(word[4..], out source);
            }
            else if (word.StartsWith("DST="u8))
            {
                hasDestination |= LogText.TryAddress(word[4..], out destination);
            }
            else if (word.StartsWith("SPT="u8))
            {
                LogText.TryPort(word[4..], out sourcePort);
            }
            else if (word.StartsWith("DPT="u8))
            {
                LogText.TryPort(word[4..], out destinationPort);
            }
            else if (word.StartsWith("PROTO="u8))
            {
                protocol = word[6..];
            }
            else if (word.StartsWith("IN="u8))
            {
                input = word[3..];
            }
            else if (word.StartsWith("OUT="u8))
            {
                output = word[4..];
            }
            else if (word.StartsWith("TYPE="u8))
            {
                type = word[5..];
            }
            else if (word.SequenceEqual("SYN"u8))
            {
                syn = true;
            }
            else if (word is [(byte)'[', ..])
            {
                // An ICMP error quotes the packet that caused it; that one's addresses are not this one's.
                break;
            }
        }

        if (!hasSource || !hasDestination)
        {
            return LineVerdict.NotMine;
        }

        var allowed = (Has(label, "allow"u8) || Has(label, "accept"u8) || Has(label, "pass"u8) || Has(label, "audit"u8))
            && !Has(label, "drop"u8) && !Has(label, "reject"u8) && !Has(label, "block"u8) && !Has(label, "deny"u8);
        var e = emit.New(in line, allowed ? EventType.FirewallAllow : EventType.FirewallBlock, Severity.Info, label.IndexOf("UFW"u8) >= 0 ? LogSource.Ufw : LogSource.Kern, "netfilter")
            .From(source, sourcePort).To(destination, destinationPort).Because(Has(label, "limit"u8) ? "limit" : Has(label, "audit"u8) ? "audit" : "")
            .With("protocol", protocol).With("icmp.type", type);
        e.Transport = protocol.SequenceEqual("TCP"u8) ? Transport.Tcp : protocol.SequenceEqual("UDP"u8) ? Transport.Udp : Transport.Unspecified;
        e.Block = new Block { By = "firewall", Rule = LogText.ToText(label, 64), InterfaceIn = LogText.ToText(input, 64), InterfaceOut = LogText.ToText(output, 64) };
        if (syn)
        {
            e.With("tcp.syn", "true");
        }

        emit.Emit(e);
        return LineVerdict.Event;
    }

    private static bool Has(ReadOnlySpan<byte> label, ReadOnlySpan<byte> word) => LogText.ContainsIgnoringCase(label, word);

    // At the start, or behind a space, colon or bracket.
    private static int Key(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key)
    {
        var from = 0;
        while (from < text.Length)
        {
            var at = text[from..].IndexOf(key);
            if (at < 0)
            {
                return -1;
            }

            at += from;
            if (at == 0 || text[at - 1] is (byte)' ' or (byte)':' or (byte)']' or (byte)'-')
            {
                return at;
            }

            from = at + 1;
        }

        return -1;
    }
}

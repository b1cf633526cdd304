namespace SensorNet.Benchmarks.Traffic;

/// <summary>Traffic made to hurt: single requests that nobody answers.</summary>
internal static class Hostile
{
    private static readonly Party Server = new(0xC0_00_02_01u, 5060);

    /// <summary>An INVITE or REGISTER from a new address each time, a million of them, each with a Call-ID of its own.</summary>
    public static void WriteFlood(long messages, PcapWriter writer, long start) =>
        Write(messages, writer, start, i => new Party(0x0B_00_00_00u + (uint)(i % 1_000_000), 5060), i => $"{i:x8}-{i * 2654435761 % 4294967296:x8}");

    /// <summary>The same from one address, with Call-IDs that common unkeyed hashes cannot tell apart.</summary>
    public static void WriteCollisions(long messages, PcapWriter writer, long start) =>
        Write(messages, writer, start, _ => new Party(0x0B_00_00_01u, 5060), i => string.Concat(Enumerable.Range(0, 24).Select(bit => (i >> bit & 1) == 0 ? "Aa" : "BB")));

    private static void Write(long messages, PcapWriter writer, long start, Func<long, Party> sender, Func<long, string> callId)
    {
        for (long i = 0; i < messages; i++)
        {
            var from = sender(i);
            var method = i % 2 == 0 ? "INVITE" : "REGISTER";
            writer.Write(start + (i * 20_000), from, Server,
                $"{method} sip:00{i % 1_000_000}@192.0.2.1 SIP/2.0\r\n"
                + $"Via: SIP/2.0/UDP {from};branch=z9hG4bK{i:x12};rport\r\nMax-Forwards: 70\r\n"
                + $"From: <sip:{i % 100_000}@192.0.2.1>;tag={i:x10}\r\nTo: <sip:00{i % 1_000_000}@192.0.2.1>\r\n"
                + $"Call-ID: {callId(i)}\r\nCSeq: 1 {method}\r\nContact: <sip:{i % 100_000}@{from}>\r\n"
                + "User-Agent: pplsip\r\nContent-Length: 0\r\n\r\n");
        }
    }
}

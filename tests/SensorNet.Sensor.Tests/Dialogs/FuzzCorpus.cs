using System.Globalization;
using System.Text;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;
using SensorNet.Tests.Shared;

namespace SensorNet.Sensor.Tests.Dialogs;

/// <summary>Messages and packets of the bundled captures and of tests/data/fuzz, and what can be made of them.</summary>
internal sealed class FuzzCorpus : IPacketHandler, IDatagramSink
{
    private const int MostMessages = 400;
    private const int MostPackets = 600;
    private static readonly string[] Methods = ["INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS", "PRACK", "UPDATE", "INFO", "REFER", "SUBSCRIBE", "NOTIFY", "MESSAGE", "PUBLISH", "x"];
    private static readonly int[] Statuses = [100, 180, 183, 200, 202, 302, 400, 401, 403, 404, 407, 408, 481, 486, 487, 491, 500, 503, 600, 603, 699];

    /// <summary>What hurts readers of text.</summary>
    private static readonly string[] Nasty =
    [
        "", " ", "\"", "\\\"", "<", ">", "<>", ";", ";;", ",", ",,", "@", ":", "%", "%00", "%zz", "*", "\0", "\t", "\r\n ", "\r", "\n", "\r\n\r\n", "é", "\uFFFD",
        "4294967295", "4294967296", "18446744073709551616", "-1", "0", "99999999999999999999999999", "z9hG4bK", "sip:", "sips:@", "tel:", "[", "[::", "[::1]:99999", "' or '1'='1", "<script>", "${jndi:x}", "../../",
        ";tag=", ";tag=a;tag=b", ";expires=0", ";branch=", ";received=999.999.999.999", ";rport=70000", "Digest ", "username=\"", "SIP/2.0", "SIP/2.0/UDP", "HTTP/1.1",
        new('A', 300), new('<', 70), new(',', 500), new(';', 500), new('=', 200), new('"', 99), new('%', 200), new(' ', 400),
    ];

    private static readonly string[] Headers =
    [
        "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK{0};rport", "v: SIP / 2.0 / TCP [2001:db8::1];branch=z9hG4bK{0}", "Max-Forwards: {0}", "From: \"A {0}\" <sip:a@h>;tag=f{1}", "f: sip:a@h;tag=f{1}",
        "To: <sip:b@h>;tag=t{1}", "t: <sip:b@h>", "Call-ID: c{1}", "i: c{1}", "CSeq: {1} {2}", "Contact: <sip:a@192.0.2.{1};ob>;expires={0};+sip.instance=\"<urn:uuid:1>\"", "m: *", "Expires: {0}",
        "Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"sip:x\", response=\"{0}\", nc=0000000{1}", "Proxy-Authorization: Digest username={0}", "WWW-Authenticate: Digest realm=\"r\", nonce=\"{0}\", stale=true",
        "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\"", "Content-Length: {0}", "l: 0", "Content-Type: application/sdp", "User-Agent: {0}", "Server: {0}", "Reason: Q.850;cause={0}", "Session-Expires: {0};refresher=uac",
        "Record-Route: <sip:p;lr>", "Route: {0}", "Identity: {0}.e30.x;info=<x>", "P-Asserted-Identity: {0}", "Diversion: {0}", "Refer-To: {0}", "Date: {0}", "Subject: {0}", "X-{0}: {0}", "{0}", ": {0}",
    ];

    private FuzzCorpus()
    {
    }

    public List<byte[]> Messages { get; } = [];

    public List<byte[]> Packets { get; } = [];

    public static FuzzCorpus Load()
    {
        var corpus = new FuzzCorpus();
        foreach (var name in new[] { "malformed", "kamailio_calls", "sessions", "tcp_ipv6_fragments", "calls_udp", "registrations", "svcrack", "bye_spoof", "hep3" })
        {
            var path = Repository.TestData("captures", name + ".pcap.gz");
            new CapturePipeline(new CaptureOptions(), corpus).RunFiles([path], new ReplayOptions(), CancellationToken.None);
            using var reader = CaptureFileReader.Open(path);
            reader.Run(corpus, CancellationToken.None);
        }

        corpus.Messages.AddRange(Directory.GetFiles(Repository.TestData("fuzz", "messages"), "*.sip").Order(StringComparer.Ordinal).Select(File.ReadAllBytes));
        corpus.Packets.AddRange(Directory.GetFiles(Repository.TestData("fuzz", "packets"), "*.bin").Order(StringComparer.Ordinal).Select(File.ReadAllBytes));
        return corpus;
    }

    void IDatagramSink.OnDatagram(in Datagram datagram)
    {
        // Every third, so that no capture fills the corpus alone.
        if (Messages.Count < MostMessages && datagram.Time % 3 == 0)
        {
            Messages.Add(datagram.Payload.ToArray());
        }
    }

    void IDatagramSink.OnTime(long time)
    {
    }

    void IPacketHandler.OnPacket(in CapturedPacket packet)
    {
        if (Packets.Count < MostPackets && packet.Time % 5 == 0)
        {
            Packets.Add(packet.Data.ToArray());
        }
    }

    void IPacketHandler.OnIdle(long time)
    {
    }

    public byte[] Mutant(Random random)
    {
        var message = Pick(Messages, random).ToList();
        for (var edits = random.Next(5); edits > 0 && message.Count > 2; edits--)
        {
            Edit(message, random);
        }

        return [.. message.Take(60_000)];
    }

    public byte[] MutantPacket(Random random)
    {
        var packet = (byte[])Pick(Packets, random).Clone();
        for (var edits = random.Next(6); edits > 0; edits--)
        {
            packet[random.Next(2) == 0 ? random.Next(packet.Length) : random.Next(Math.Min(80, packet.Length))] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)(random.Next(2) * 255);
        }

        return random.Next(5) == 0 ? packet[..random.Next(packet.Length)] : packet;
    }

    /// <summary>Start line and headers out of the grammar, with few identifiers, so that messages meet each other's dialogs.</summary>
    public byte[] Generated(Random random)
    {
        var method = Methods[random.Next(Methods.Length)];
        var text = new StringBuilder(random.Next(3) == 0 ? $"SIP/2.0 {Statuses[random.Next(Statuses.Length)]} {Word(random)}" : $"{method} sip:{Word(random)}@h SIP/2.0").Append("\r\n");
        var whole = random.Next(4) > 0;
        if (whole)
        {
            foreach (var header in new[] { Headers[0], Headers[3], random.Next(2) == 0 ? Headers[5] : Headers[6], Headers[7], Headers[9] })
            {
                Append(text, header, random.Next(4).ToString(CultureInfo.InvariantCulture), random, method);
            }
        }

        for (var i = random.Next(12); i > 0; i--)
        {
            Append(text, Headers[random.Next(Headers.Length)], Word(random), random, method);
        }

        return Encoding.Latin1.GetBytes(text.Append("\r\n").Append(random.Next(3) == 0 ? "v=0\r\nm=audio 1 RTP/AVP 0\r\na=rtpmap:" + Word(random) : "").ToString());
    }

    private static void Append(StringBuilder text, string header, string word, Random random, string method) =>
        text.Append(CultureInfo.InvariantCulture, $"{header.Replace("{0}", word, StringComparison.Ordinal).Replace("{1}", random.Next(3).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("{2}", method, StringComparison.Ordinal)}\r\n");

    private static string Word(Random random) => random.Next(3) == 0 ? Nasty[random.Next(Nasty.Length)] : random.Next(100).ToString(CultureInfo.InvariantCulture);

    private static T Pick<T>(List<T> from, Random random) => from[random.Next(from.Count)];

    private void Edit(List<byte> m, Random random)
    {
        var at = random.Next(m.Count);
        var length = random.Next(1, Math.Min(m.Count - at, 60) + 1);
        switch (random.Next(10))
        {
            case 0:
                m[at] = (byte)random.Next(256);
                break;
            case 1:
                m.RemoveRange(at, length);
                break;
            case 2:
                m.InsertRange(at, m.GetRange(at, length));
                break;
            case 3 or 4:
                m.InsertRange(at, Encoding.Latin1.GetBytes(Nasty[random.Next(Nasty.Length)]));
                break;
            case 5:
                m.RemoveRange(at, m.Count - at);
                break;
            case 6:
                // The beginning of one and the end of another.
                var other = Pick(Messages, random);
                m.RemoveRange(at, m.Count - at);
                m.AddRange(other.AsSpan(random.Next(other.Length)).ToArray());
                break;
            case 7:
                InsertLine(m, Headers[random.Next(Headers.Length)].Replace("{0}", Nasty[random.Next(Nasty.Length)], StringComparison.Ordinal).Replace("{1}", "1", StringComparison.Ordinal).Replace("{2}", "INVITE", StringComparison.Ordinal), random, 1);
                break;
            case 8:
                InsertLine(m, Headers[random.Next(Headers.Length)], random, random.Next(2) == 0 ? 3 : 300);
                break;
            default:
                ReplaceLine(m, random);
                break;
        }
    }

    private static void InsertLine(List<byte> m, string line, Random random, int times)
    {
        var at = m.FindIndex(random.Next(m.Count), b => b == (byte)'\n') + 1;
        m.InsertRange(at, Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(line + "\r\n", times))));
    }

    private static void ReplaceLine(List<byte> m, Random random)
    {
        var start = m.FindIndex(random.Next(m.Count), b => b == (byte)':') + 1;
        var end = m.FindIndex(start, b => b == (byte)'\r');
        if (end > start)
        {
            m.RemoveRange(start, end - start);
            m.InsertRange(start, Encoding.Latin1.GetBytes(" " + Nasty[random.Next(Nasty.Length)]));
        }
    }
}

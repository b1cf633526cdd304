using System.Buffers.Binary;
using System.Text;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Sensor.Cli;

/// <summary>
/// Takes a registration and a few calls through a decoder and a tracker of its own, so that their code is compiled before
/// the first packets come: a burst that meets code which is not yet compiled fills the kernel's buffer in the meantime.
/// Takes some tenths of a second of one core, next to nothing where the program was precompiled.
/// </summary>
internal static class WarmUp
{
    private const long Second = 1_000_000_000;
    private const uint Phone = 0xC0_00_02_01;
    private const uint Server = 0xC0_00_02_0A;
    private const string Nonce = "WWW-Authenticate: Digest realm=\"example.invalid\", nonce=\"0\"\r\n";
    private const string Answer = "Authorization: Digest username=\"100\", realm=\"example.invalid\", nonce=\"0\", uri=\"sip:example.invalid\", response=\"0\"\r\n";
    private const string Contact = "Contact: <sip:100@192.0.2.1:5060>\r\n";
    private const string Sdp = "v=0\r\no=- 0 0 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 10000 RTP/AVP 8 0\r\na=rtpmap:8 PCMA/8000\r\n";

    /// <summary>Runs on a thread of its own while the capture is opened.</summary>
    public static void Start() => new Thread(() => Run(new Nowhere())) { IsBackground = true, Name = "warm-up" }.Start();

    /// <param name="events">Gets the events of these messages, which are of no use to anybody.</param>
    public static void Run(IEventSink events)
    {
        var tracker = new SipTracker(new TrackerOptions { MaxCalls = 64, MaxTransactions = 64, MaxTransactionBytes = 1 << 20, MaxTextBytes = 1 << 20 }, events, "");
        var decoder = new PacketDecoder(new DecodeOptions(), tracker);
        var time = Second;
        for (var round = 1; round <= 2; round++)
        {
            foreach (var (fromPhone, text) in Messages(round))
            {
                time += Second / 100;
                decoder.Decode(new CapturedPacket { Time = time, LinkType = LinkType.Raw, Data = Packet(fromPhone, text), OriginalLength = 28 + text.Length });
            }

            time += 60 * Second;
            tracker.OnTime(time);
        }

        tracker.Finish(time);
    }

    private static IEnumerable<(bool FromPhone, string Text)> Messages(int round)
    {
        var register = 2 * round;
        yield return (true, Request("REGISTER", "r", register, Contact));
        yield return (false, Reply("401 Unauthorized", "REGISTER", "r", register, Nonce));
        yield return (true, Request("REGISTER", "r", register + 1, Contact + Answer));
        yield return (false, Reply("200 OK", "REGISTER", "r", register + 1, Contact + "Expires: 3600\r\n"));
        yield return (true, Request("OPTIONS", $"o{round}", 1, ""));
        yield return (false, Reply("200 OK", "OPTIONS", $"o{round}", 1, ""));
        var call = $"c{round}";
        yield return (true, Request("INVITE", call, 1, Contact, Sdp));
        yield return (false, Reply("100 Trying", "INVITE", call, 1, ""));
        yield return (false, Reply("180 Ringing", "INVITE", call, 1, ""));
        yield return (false, Reply("200 OK", "INVITE", call, 1, Contact, Sdp));
        yield return (true, Request("ACK", call, 1, "", toTag: ";tag=b"));
        yield return (true, Request("BYE", call, 2, "", toTag: ";tag=b"));
        yield return (false, Reply("200 OK", "BYE", call, 2, ""));
        yield return (true, Request("INVITE", $"d{round}", 1, Contact, Sdp));
        yield return (false, Reply("486 Busy Here", "INVITE", $"d{round}", 1, ""));
        yield return (true, Request("ACK", $"d{round}", 1, "", toTag: ";tag=b"));
    }

    private static string Request(string method, string callId, int cseq, string headers, string body = "", string toTag = "") =>
        $"{method} sip:200@example.invalid SIP/2.0\r\n" + Common(method, callId, cseq, toTag) + "Max-Forwards: 70\r\nUser-Agent: -\r\n" + End(headers, body);

    private static string Reply(string status, string method, string callId, int cseq, string headers, string body = "") =>
        $"SIP/2.0 {status}\r\n" + Common(method, callId, cseq, ";tag=b") + End(headers, body);

    private static string Common(string method, string callId, int cseq, string toTag)
    {
        var to = method == "REGISTER" ? 100 : 200;
        return $"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK{callId}{(method == "ACK" ? "INVITE" : method)}{cseq}\r\n"
            + $"From: <sip:100@example.invalid>;tag=a\r\nTo: <sip:{to}@example.invalid>{toTag}\r\nCall-ID: {callId}\r\nCSeq: {cseq} {method}\r\n";
    }

    private static string End(string headers, string body) => headers + $"Content-Length: {body.Length}\r\n\r\n" + body;

    /// <summary>An IPv4 packet with a UDP datagram; nobody looks at its checksums.</summary>
    private static byte[] Packet(bool fromPhone, string text)
    {
        var packet = new byte[28 + text.Length];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        packet[8] = 64;
        packet[9] = 17;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(12), fromPhone ? Phone : Server);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(16), fromPhone ? Server : Phone);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), 5060);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), 5060);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(24), (ushort)(8 + text.Length));
        Encoding.ASCII.GetBytes(text, packet.AsSpan(28));
        return packet;
    }

    private sealed class Nowhere : IEventSink
    {
        public void Emit(Event e)
        {
        }

        public void Emit(in EncodedEvent e)
        {
        }
    }
}

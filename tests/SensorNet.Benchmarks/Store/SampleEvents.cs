using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Benchmarks.Store;

/// <summary>Events such as a busy proxy gives: failed and good registrations and calls, of skewed sources and users, a thousand per second. Seeded.</summary>
internal sealed class SampleEvents
{
    private const long Start = 1_772_323_200L * 1_000_000_000;

    private static readonly string[] Agents =
    [
        "Yealink SIP-T46S 66.85.0.5", "Grandstream GXP2170 1.0.11.64", "Asterisk PBX 20.5.1", "friendly-scanner", "PolycomVVX-VVX_411-UA/6.4.3", "Zoiper rv2.10.19.5",
        "Cisco-CP8841-3PCC/12.0.4", "snomD785/10.1.141.13", "FPBX-16.0.40(18.12.1)", "Linphone/4.5.20", "MicroSIP/3.21.3", "FreeSWITCH-mod_sofia/1.10.10",
    ];

    private readonly Random random;
    private readonly byte[][] sources = new byte[5000][];
    private readonly byte[] nonce = new byte[12];
    private long time;

    /// <param name="first">How many events of the same stream were made before: times go on, and no call comes twice.</param>
    public SampleEvents(ulong first = 0)
    {
        random = new Random(42 + (int)first);
        time = Start + ((long)first * 1_000_000);
        for (var i = 0; i < sources.Length; i++)
        {
            sources[i] = new byte[4];
            random.NextBytes(sources[i]);
        }
    }

    public EventBatch Batch(ulong first, int count)
    {
        var batch = new EventBatch { FirstSeq = first };
        for (var i = 0; i < count; i++)
        {
            batch.Events.Add(Next());
        }

        return batch;
    }

    /// <summary>The same events for another database: one per line, columns separated by tabs, the encoded event in hexadecimal last.</summary>
    public static void WriteTable(int count, string file)
    {
        var sample = new SampleEvents();
        using var writer = new StreamWriter(file);
        for (var i = 0; i < count; i++)
        {
            var e = sample.Next();
            writer.WriteLine(string.Join('\t', e.EventTime, (int)e.Type, (int)e.Severity, e.Host, Convert.ToHexString(e.SourceIp.Span), e.User, e.Aor, e.Sip.CallId, Convert.ToHexString(e.ToByteArray())));
        }
    }

    private Event Next()
    {
        time += random.Next(2_000_000);
        random.NextBytes(nonce);
        var user = 1000 + (int)(Math.Pow(random.NextDouble(), 3) * 4000);
        var source = sources[(int)(Math.Pow(random.NextDouble(), 3) * sources.Length)];
        var kind = random.Next(10);
        var method = kind < 6 ? "REGISTER" : "INVITE";
        return new Event
        {
            Type = kind switch { < 4 => EventType.SipAuthFailed, < 6 => EventType.SipRegistrationNew, < 8 => EventType.SipCallStart, _ => EventType.SipCallAttempt },
            EventTime = time,
            SensorTime = time + random.Next(10_000_000),
            Host = $"sip{user % 3}.example.net",
            SourceIp = ByteString.CopyFrom(source),
            SourcePort = (uint)random.Next(1024, 65535),
            DestinationIp = ByteString.CopyFrom(198, 51, 100, (byte)(user % 3)),
            DestinationPort = 5060,
            User = $"{user}",
            Aor = $"{user}@pbx.example.net",
            UserAgent = Agents[source[3] % Agents.Length],
            LogSource = LogSource.Packet,
            Transport = Transport.Udp,
            TimeZoneSource = TimeZoneSource.Explicit,
            Service = "sip",
            Sip = new Sip
            {
                Method = method,
                StatusCode = kind < 4 ? 401u : kind < 8 ? 200u : 486u,
                Uri = new SipUri { Scheme = "sip", User = kind < 6 ? "" : $"+1555{random.Next(10_000_000)}", Host = "pbx.example.net" },
                From = new SipAddress { Uri = new SipUri { Scheme = "sip", User = $"{user}", Host = "pbx.example.net" }, Tag = Convert.ToHexStringLower(nonce.AsSpan(0, 4)) },
                CallId = $"{Convert.ToHexStringLower(nonce)}@{source[0]}.{source[1]}.{source[2]}.{source[3]}",
                Cseq = (uint)random.Next(1, 100),
                Expires = kind < 6 ? 3600u : 0,
            },
        };
    }
}

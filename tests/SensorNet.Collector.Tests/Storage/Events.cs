using System.Net;
using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Storage;

/// <summary>Builders of events for store tests.</summary>
internal static class Events
{
    /// <summary>2026-03-01 00:00 UTC in nanoseconds.</summary>
    public const long Day = 1_772_323_200L * 1_000_000_000;

    public const long Second = 1_000_000_000;

    public static ByteString Ip(string address) => ByteString.CopyFrom(IPAddress.Parse(address).GetAddressBytes());

    /// <summary>A failed authentication; number by number from other sources, users and calls.</summary>
    public static Event AuthFailed(int number, string source = "", long time = 0) => new()
    {
        Type = EventType.SipAuthFailed,
        Severity = Severity.Warning,
        EventTime = time != 0 ? time : Day + (number * Second),
        Host = "pbx1",
        SourceIp = Ip(source.Length > 0 ? source : $"203.0.{number / 250 % 250}.{number % 250}"),
        SourcePort = 5060,
        DestinationIp = Ip("198.51.100.5"),
        DestinationPort = 5060,
        User = $"user{number % 1000}",
        Aor = $"user{number % 1000}@example.org",
        UserAgent = "Grandstream GXP2170 1.0.11.64",
        LogSource = LogSource.Packet,
        Message = $"REGISTER from user{number % 1000} refused",
        Sip = new Sip { Method = "REGISTER", StatusCode = 403, CallId = $"call-{number}@203.0.113.9" },
    };

    public static EventBatch Batch(ulong firstSequence, int count, Func<int, Event>? make = null)
    {
        var batch = new EventBatch { FirstSeq = firstSequence };
        for (var i = 0; i < count; i++)
        {
            batch.Events.Add((make ?? (n => AuthFailed(n)))((int)firstSequence + i));
        }

        return batch;
    }
}

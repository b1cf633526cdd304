using System.Net;
using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Console.Tests.Support;

/// <summary>A small world in documentation address ranges, always the same: what the golden screens show.</summary>
internal static partial class SampleData
{
    public static DateTimeOffset Now { get; } = new(2026, 11, 21, 12, 4, 31, TimeSpan.Zero);

    /// <summary>Nanoseconds of a time that many seconds after <see cref="Now"/>.</summary>
    public static long Nanoseconds(double secondsAfter) => (Now.AddSeconds(secondsAfter).UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100;

    public static MemoryCollector Create()
    {
        var collector = new MemoryCollector
        {
            Status = new GetStatusResponse
            {
                CollectorId = "col-1",
                Version = "0.1.0",
                Started = Nanoseconds(-14 * 86_400),
                Events = 18_402_117,
                EventsPerS = 1284,
                StoreBytes = 81_604_378_624,
                DiskFreeBytes = 133_143_986_176,
                DiskTotalBytes = 214_748_364_800,
                SensorsUp = 3,
                SensorsTotal = 4,
                RulesEnabled = 42,
                RulesTotal = 45,
                CommitP99Us = 3400,
                Time = Nanoseconds(0),
                OldestEvent = Nanoseconds(-30 * 86_400),
                NewestEvent = Nanoseconds(-0.1),
            },
        };
        AddAlerts(collector);
        AddEvents(collector);
        AddCalls(collector);
        AddFleet(collector);
        AddStatistics(collector);
        AddIncidents(collector);
        AddLists(collector);
        AddRuleWork(collector);
        return collector;
    }

    public static ByteString Address(string text) => ByteString.CopyFrom(IPAddress.Parse(text).GetAddressBytes());

    public static Alert Alert(string id, AlertLevel level, AlertStatus status, string rule, string title, string source, double last, ulong count) => new()
    {
        AlertId = id,
        RuleId = "7f0c1a52-" + id,
        RuleName = rule,
        Title = title,
        Level = level,
        Status = status,
        FirstSeen = Nanoseconds(last - 190),
        LastSeen = Nanoseconds(last),
        CreatedAt = Nanoseconds(last - 180),
        Count = count,
        SourceIp = source,
        Host = "edge-1",
        Revision = 3,
        Why = $"{count} of >= 50 sip.auth.failed in 1m by source.ip={source}",
        WindowMs = 60_000,
        Description = "Many failed registrations from one address.",
        GroupKey = { new GroupKeyPart { Field = "source.ip", Value = source } },
        Tags = { "attack.t1110" },
    };

    public static StoredEvent Event(ulong position, EventType type, Severity severity, string source, string user, string message, double at) => new()
    {
        Position = position,
        Event = new Event
        {
            SensorId = "edge-1",
            Epoch = 1,
            Seq = position,
            Type = type,
            Severity = severity,
            EventTime = Nanoseconds(at),
            Host = "edge-1",
            SourceIp = Address(source),
            SourcePort = 5061,
            User = user,
            Message = message,
        },
    };

    private static void AddAlerts(MemoryCollector collector)
    {
        Alert[] alerts =
        [
            Alert("a1f0c2", AlertLevel.Critical, AlertStatus.Active, "sip_invite_flood", "INVITE flood from one source", "203.0.113.77", -33, 4812),
            Alert("b2e1d3", AlertLevel.Critical, AlertStatus.Active, "sip_registration_brute_force", "Registration brute force", "198.51.100.7", -199, 2309),
            Alert("c3d2e4", AlertLevel.High, AlertStatus.Acknowledged, "sip_toll_fraud", "Toll fraud pattern to +882", "192.0.2.31", -351, 37),
            Alert("d4c3f5", AlertLevel.High, AlertStatus.Active, "sip_user_enumeration", "User enumeration", "198.51.100.19", -448, 611),
            Alert("e5b4a6", AlertLevel.Medium, AlertStatus.Active, "ssh_brute_force", "SSH brute force", "198.51.100.90", -1469, 140),
            Alert("f6a5b7", AlertLevel.Low, AlertStatus.Resolved, "sip_options_burst", "OPTIONS ping burst", "192.0.2.14", -1956, 240),
        ];
        alerts[2].Assignee = "alice";
        alerts[1].Note = "same range as last week";
        foreach (var alert in alerts)
        {
            collector.Alerts[alert.AlertId] = alert;
        }

        var detail = new GetAlertResponse();
        detail.Events.Add(Event(71, EventType.SipAuthFailed, Severity.Warning, "203.0.113.77", "1041", "wrong password", -34));
        detail.Events.Add(Event(72, EventType.SipAuthFailed, Severity.Warning, "203.0.113.77", "1042", "wrong password", -33));
        detail.History.Add(new AlertChange { Time = Nanoseconds(-180), Actor = "", What = "raised by rule sip_invite_flood" });
        detail.History.Add(new AlertChange { Time = Nanoseconds(-100), Actor = "bob", What = "note: seen on the other site too" });
        collector.AlertDetails["a1f0c2"] = detail;
    }

    private static void AddEvents(MemoryCollector collector)
    {
        (EventType Type, Severity Severity, string Source, string User, string Message)[] kinds =
        [
            (EventType.SipAuthFailed, Severity.Warning, "198.51.100.7", "1042", "wrong password"),
            (EventType.SipCallStart, Severity.Info, "192.0.2.31", "2207", "answered"),
            (EventType.AuthFailure, Severity.Warning, "198.51.100.90", "root", "Failed password for root from 198.51.100.90 port 51022 ssh2"),
            (EventType.SipMsgProbe, Severity.Warning, "192.0.2.66", "", "12 octets that are no SIP"),
            (EventType.SipRegistrationNew, Severity.Info, "192.0.2.8", "2207", "registered"),
            (EventType.SipOtherFailed, Severity.Info, "203.0.113.8", "", "too many hops"),
        ];
        for (var i = 0; i < 40; i++)
        {
            var (type, severity, source, user, message) = kinds[i % kinds.Length];
            var stored = Event((ulong)(100 + i), type, severity, source, user, message, -20 + (i * 0.5));
            if (type == EventType.SipAuthFailed)
            {
                stored.Event.UserAgent = "friendly-scanner";
                stored.Event.Sip = new Sip { Method = "REGISTER", StatusCode = 401, CallId = $"c{i}@192.0.2.1", Attempts = (uint)i + 1 };
            }

            collector.Events.Add(stored);
        }
    }

    private static void AddCalls(MemoryCollector collector)
    {
        var call = new CallRecord
        {
            CallId = "a84b4c76e66710@pc33",
            Host = "edge-1",
            State = "answered",
            StartTime = Nanoseconds(-180),
            AnswerTime = Nanoseconds(-178.5),
            EndTime = Nanoseconds(-17),
            BillsecMs = 161_500,
            DurationMs = 163_000,
            Src = "+49301234567",
            Dst = "+882160001234",
            SrcUserAgent = "snom/10",
            DstUserAgent = "carrier-sbc/4.2",
            StatusCode = 200,
            Reason = "OK",
            HangupBy = "caller",
            SourceIp = Address("192.0.2.31"),
            SourcePort = 5060,
            DestinationIp = Address("192.0.2.200"),
            DestinationPort = 5060,
            User = "2207",
            Codecs = { "PCMA" },
        };
        (ulong Offset, bool FromSource, string Summary)[] messages =
        [
            (0, true, "INVITE"), (1200, false, "100 INVITE"), (290_000, false, "183 INVITE"), (1_231_000, false, "200 INVITE"),
            (1_240_000, true, "ACK"), (162_900_000, true, "BYE"), (162_931_000, false, "200 BYE"),
        ];
        foreach (var (offset, fromSource, summary) in messages)
        {
            call.Trace.Add(new TraceEntry { OffsetUs = offset, FromSource = fromSource, Summary = summary });
        }

        collector.Calls.Add(call);
        collector.Calls.Add(new CallRecord
        {
            CallId = "77@203.0.113.77",
            State = "attempt",
            StartTime = Nanoseconds(-111),
            EndTime = Nanoseconds(-110.9),
            Src = "900441",
            Dst = "0044207946000",
            StatusCode = 404,
            Reason = "Not Found",
            SourceIp = Address("203.0.113.77"),
            Host = "edge-1",
        });
        collector.Registrations.Add(new Registration
        {
            Aor = "2207@pbx.example.net",
            Contact = "sip:2207@192.0.2.8:5060",
            SourceIp = Address("192.0.2.8"),
            SourcePort = 5060,
            Transport = Transport.Tls,
            UserAgent = "snom/10",
            Since = Nanoseconds(-7200),
            LastChange = Nanoseconds(-60),
            ExpiresS = 300,
            State = "active",
            Host = "edge-1",
        });
        collector.Registrations.Add(new Registration
        {
            Aor = "2207@pbx.example.net",
            Contact = "sip:2207@198.51.100.200:5060",
            SourceIp = Address("198.51.100.200"),
            SourcePort = 5060,
            Transport = Transport.Udp,
            UserAgent = "PJSUA",
            Since = Nanoseconds(-32),
            LastChange = Nanoseconds(-32),
            ExpiresS = 60,
            State = "active",
            Host = "edge-1",
        });
    }

    private static void AddFleet(MemoryCollector collector)
    {
        collector.Sensors.AddRange(
        [
            Sensor("edge-1", "up", 512, 61, 0),
            Sensor("edge-2", "up", 341, 40, 12),
            Sensor("pbx-1", "up", 98, 4, 0),
            Sensor("edge-4", "silent", 0, 0, 0),
        ]);
        foreach (var alert in collector.Alerts.Values)
        {
            var entity = new Entity
            {
                Kind = "source",
                Id = alert.SourceIp,
                FirstSeen = alert.FirstSeen,
                LastSeen = alert.LastSeen,
                Events = alert.Count + 20,
                Hosts = { "edge-1" },
                UserAgents = { "friendly-scanner" },
                AlertIds = { alert.AlertId },
                Counts = { ["sip.auth.failed"] = alert.Count, ["sip.other.ok"] = 20 },
            };
            collector.Entities.Add(entity);
            collector.Rules.Add(new Rule
            {
                Id = alert.RuleId,
                Name = alert.RuleName,
                Title = alert.Title,
                Level = alert.Level,
                Kind = "event_count",
                Enabled = alert.Level != AlertLevel.Low,
                DryRun = alert.Level == AlertLevel.Medium,
                Hits = alert.Count / 100,
                LastHit = alert.LastSeen,
                Evaluated = 18_402_117,
                GroupBy = { "source.ip" },
                WindowMs = 60_000,
                Condition = "gte: 50",
                Description = alert.Description,
                File = $"rules/{alert.RuleName}.yml",
            });
        }

        collector.Audit.Add(new AuditEntry
        {
            Number = 2,
            Time = Nanoseconds(-71),
            Actor = "alice",
            Source = "unix",
            Change = new Audit { Operation = "update", ClassName = "alert", ObjectId = "c3d2e4", Before = "active", After = "acknowledged" },
        });
        collector.Audit.Add(new AuditEntry
        {
            Number = 1,
            Time = Nanoseconds(-871),
            Actor = "bob",
            Source = "192.0.2.5",
            Change = new Audit { Operation = "update", ClassName = "rule", ObjectId = "sip_options_burst", Before = "enabled", After = "disabled" },
        });
    }

    private static Sensor Sensor(string id, string state, double rate, double cpu, ulong drops) => new()
    {
        Id = id,
        Host = id,
        State = state,
        Version = "0.1.0",
        ConnectedSince = Nanoseconds(-9 * 86_400),
        LastHeartbeat = Nanoseconds(state == "up" ? -2 : -192),
        Events = (ulong)(rate * 86_400),
        EventsPerS = rate,
        LagMs = 120,
        CpuPercent = cpu,
        RssBytes = 48_000_000,
        Peer = "192.0.2.4",
        Capabilities = { "sip_capture", "sshd" },
        CertificateSerial = "5A01",
        CertificateExpires = Nanoseconds(60 * 86_400),
        Counters = { ["capture.dropped"] = drops, ["sip.messages"] = (ulong)rate * 1000 },
    };

    private static void AddStatistics(MemoryCollector collector)
    {
        var statistics = new GetStatisticsResponse
        {
            Total = 52_114,
            Time = new TimeRange { From = Nanoseconds(-3600), To = Nanoseconds(1) },
        };
        (string Dimension, string Value, ulong Count)[] groups =
        [
            ("type", "sip.auth.failed", 31_204), ("type", "sip.call.start", 12_310), ("type", "auth.failure", 1402), ("type", "sip.msg.probe", 88),
            ("source", "203.0.113.77", 4812), ("source", "198.51.100.7", 2309), ("status", "401", 9310), ("status", "404", 14_702),
            ("user", "1042", 402), ("user", "root", 140), ("severity", "warning", 33_000), ("severity", "info", 19_114), ("sensor", "edge-1", 40_000),
        ];
        foreach (var (dimension, value, count) in groups)
        {
            statistics.Groups.Add(new StatisticsGroup { Dimension = dimension, Value = value, Count = count });
        }

        for (var i = 0; i < 60; i++)
        {
            statistics.Buckets.Add(new StatisticsBucket
            {
                Time = Nanoseconds(-3600 + (i * 60)),
                Dimension = "type",
                Value = "sip.auth.failed",
                Count = (ulong)(100 + (400 * (1 + Math.Sin(i / 6.0)))),
            });
        }

        collector.Statistics = statistics;
    }
}

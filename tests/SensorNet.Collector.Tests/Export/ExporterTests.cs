using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SensorNet.Collector.Export;
using SensorNet.Collector.Objects;
using SensorNet.Collector.Query;
using SensorNet.Collector.Tests.Ingest;
using SensorNet.Collector.Tests.Storage;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Export;

public sealed class ExporterTests : IDisposable
{
    private readonly TemporaryStore directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Events_become_nested_ECS_objects_one_per_line()
    {
        var e = Events.AuthFailed(7, "203.0.113.7");
        e.EventTime += 120_000_000;
        e.Attributes["tenant"] = "blue\"\n";
        e.Sip.Anomaly.Add("oversize");
        e.Call = new Call { DurationMs = 1500 };
        var lines = (await Jsonl([new StoredEvent { Position = 99, Event = e }, new StoredEvent { Position = 100, Event = new Event() }])).Split('\n');
        Assert.Equal(3, lines.Length);
        var json = JsonNode.Parse(lines[0])!;
        Assert.Equal("2026-03-01T00:00:07.12Z", (string?)json["@timestamp"]);
        Assert.Equal("sip.auth.failed", (string?)json["event"]!["type"]);
        Assert.Equal("203.0.113.7", (string?)json["source"]!["ip"]);
        Assert.Equal(5060, (int?)json["source"]!["port"]);
        Assert.Equal("user7", (string?)json["user"]!["name"]);
        Assert.Equal(403, (int?)json["sip"]!["status_code"]);
        Assert.Equal("oversize", (string?)json["sip"]!["anomaly"]![0]);
        Assert.Equal(1.5, (double?)json["call"]!["duration"]);
        Assert.Equal("blue\"\n", (string?)json["labels"]!["tenant"]);
        Assert.Equal(99, (long?)json["sensornet"]!["position"]);
    }

    [Fact]
    public async Task Every_field_of_the_catalogue_can_stand_in_one_object()
    {
        // A field that were both a value and an object would write a name twice.
        var names = EventFields.All.Select(f => f.Name == "event.time" ? "@timestamp" : f.Name).ToList();
        Assert.All(names, n => Assert.DoesNotContain(names, other => other.StartsWith(n + ".", StringComparison.Ordinal)));
        var json = await Jsonl([new StoredEvent { Position = 1, Event = Events.AuthFailed(1) }]);
        using var document = JsonDocument.Parse(json);
        AssertNamesAreUnique(document.RootElement);
    }

    [Fact]
    public async Task Csv_quotes_and_disarms_what_attackers_wrote()
    {
        var e = Events.AuthFailed(7);
        e.UserAgent = "=cmd|' /C calc'!A0";
        e.Message = "says \"no\", twice\r\nand more";
        var csv = await Csv(Exporter.ToTable([new StoredEvent { Position = 1, Event = e }], ["event.time", "ua", "message", "status", "vm_id"]));
        Assert.Equal("event.time,ua,message,status,vm_id\r\n2026-03-01T00:00:07Z,'=cmd|' /C calc'!A0,\"says \"\"no\"\", twice\r\nand more\",403,\r\n", csv);
        Assert.Throws<QueryException>(() => Exporter.ToTable([], ["colour"]));
    }

    [Fact]
    public async Task The_four_views_have_their_columns_and_rows()
    {
        var store = directory.Open();
        var objects = ObjectStages.Create(store);
        await using var running = new RunningLoop(store, [.. objects.Stages]);
        await running.Submit(new EventBatch
        {
            FirstSeq = 1,
            Events =
            {
                new Event { Type = EventType.ConsoleAudit, EventTime = Events.Day, Actor = "ada", Audit = new Audit { ClassName = "rule", ObjectId = "V05", Operation = "update" } },
                new Event { Type = EventType.ConsoleAudit, EventTime = Events.Day, Actor = "ada", SourceIp = Events.Ip("192.0.2.1"), Audit = new Audit { Operation = "login_failed" } },
                new Event { Type = EventType.AuthSuccess, EventTime = Events.Day + Events.Second, User = "root", SourceIp = Events.Ip("2001:db8::7") },
                new Event { Type = EventType.SessionEnd, EventTime = Events.Day + (2 * Events.Second), User = "root" },
                new Event { Type = EventType.SipRegistrationNew, EventTime = Events.Day, User = "1001", Aor = "1001@x", UserAgent = "Yealink", SourceIp = Events.Ip("2001:db8::9"), SourcePort = 5061, Tls = new Tls { Cipher = "TLS_AES_128_GCM_SHA256" } },
                new Event { Type = EventType.SipRegistrationNew, EventTime = Events.Day + Events.Second, User = "1002", Transport = Transport.Tcp },
                new Event { Type = EventType.SipSession, EventTime = Events.Day + Events.Second, Reason = "register", User = "1002", UserAgent = "Snom", SourceIp = Events.Ip("192.0.2.5"), SourcePort = 40001, Transport = Transport.Tcp },
                new Event
                {
                    Type = EventType.SipCallEnd, EventTime = Events.Day + (60 * Events.Second), UserAgent = "Yealink",
                    Sip = new Sip { CallId = "c", From = new SipAddress { Uri = new SipUri { User = "1001" } } },
                    Call = new Call { DurationMs = 60_000, BillsecMs = 55_000, Destination = "+1555", CalleeUserAgent = "Asterisk" },
                },
            },
        });

        Assert.Equal("date_created,event_type,actor,class_name,object_id\r\n2026-03-01T00:00:00Z,UPDATE,ada,rule,V05\r\n", await View(running, "audit"));
        Assert.Equal(
            "date_created,event_type,principal,ip_address\r\n2026-03-01T00:00:02Z,LOGOUT,root,\r\n2026-03-01T00:00:01Z,LOGIN,root,2001:db8::7\r\n2026-03-01T00:00:00Z,LOGIN_FAILED,ada,192.0.2.1\r\n",
            await View(running, "auth"));
        Assert.Equal(
            "date_created,event_type,username,useragent,remoteaddr,tlscipher\r\n2026-03-01T00:00:01Z,REGISTER,1002,Snom,192.0.2.5:40001,\r\n2026-03-01T00:00:00Z,REGISTER,1001,Yealink,[2001:db8::9]:5061,TLS_AES_128_GCM_SHA256\r\n",
            await View(running, "sessions"));
        Assert.Equal("calldate,src,src_user_agent,dst,dst_user_agent,duration,billsec\r\n2026-03-01T00:00:00Z,1001,Yealink,'+1555,Asterisk,60,55\r\n", await View(running, "cdr"));
        Assert.Throws<QueryException>(() => new PredecessorViews(store).Get("colours", new TimeRange(), CompiledQuery.All, CancellationToken.None));
    }

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00Z")]
    [InlineData(1, "1970-01-01T00:00:00.000000001Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999999999Z")]
    [InlineData(1_772_323_200_500_000_000, "2026-03-01T00:00:00.5Z")]
    [InlineData(long.MaxValue, "2262-04-11T23:47:16.854775807Z")]
    public void Times_are_ISO_8601_to_the_nanosecond(long nanoseconds, string text) => Assert.Equal(text, EcsJson.TimeText(nanoseconds));

    private static async Task<string> View(RunningLoop running, string name) =>
        await Csv(new PredecessorViews(running.Store).Get(name, new TimeRange(), CompiledQuery.All, CancellationToken.None));

    private static async Task<string> Csv(ExportTable table)
    {
        using var output = new MemoryStream();
        await Exporter.WriteAsync(output, table, ExportFormat.Csv, CancellationToken.None);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static async Task<string> Jsonl(IEnumerable<StoredEvent> events)
    {
        using var output = new MemoryStream();
        await Exporter.WriteEventsAsync(output, events, CancellationToken.None);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static void AssertNamesAreUnique(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        var names = element.EnumerateObject().Select(p => p.Name).ToList();
        Assert.Equal(names.Distinct(), names);
        foreach (var property in element.EnumerateObject())
        {
            AssertNamesAreUnique(property.Value);
        }
    }
}

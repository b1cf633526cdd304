extern alias sensor;

using sensor::SensorNet.Sensor.Capture;
using sensor::SensorNet.Sensor.Dialogs;
using sensor::SensorNet.Sensor.Events;
using SensorNet.Tests.Shared;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection;

/// <summary>A collector that dies in the middle of an attack, and starts again over what it has stored, tells the same of it.</summary>
[Trait("Category", "Slow")]
public sealed class CaptureRestartTests
{
    /// <summary>The capture of which nothing is told, restarted or not.</summary>
    private const string Benign = "pbx_reboot";

    private const int Batch = 20;
    private const long BatchTime = 30_000_000;

    public static TheoryData<string> Captures
    {
        get
        {
            var shared = Path.Combine(Path.GetDirectoryName(Repository.Root)!, "shared", "data", "captures", "attacks");
            return
            [
                .. Directory.GetFiles(Repository.TestData("captures", "generated"), "*.pcap.gz"),
                Repository.TestData("captures", "day.pcap.gz"),
                .. Directory.Exists(shared) ? Directory.GetFiles(shared, "*.pcap") : [],
            ];
        }
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void The_same_alerts_with_the_same_counts_and_sources(string capture)
    {
        var undisturbed = Play(EventsOf(capture), []);
        Assert.Equal(Path.GetFileName(capture).StartsWith(Benign, StringComparison.Ordinal), undisturbed.Length == 0);
        var events = EventsOf(capture);
        Assert.Equal(undisturbed, Play(events, [events.Count / 4, events.Count / 2, events.Count * 3 / 4]));
    }

    private static string[] Play(List<Event> events, int[] restarts)
    {
        var detection = DetectionHarness.WithCatalogue();
        for (var i = 0; i < events.Count; i += Batch)
        {
            detection.Feed(events.Skip(i).Take(Batch), Batch);
            detection.Store.IngestTime += BatchTime;
            if (restarts.Any(r => r >= i && r < i + Batch))
            {
                detection.Restart();
            }
        }

        return [.. detection.Alerts.Select(a => $"{a.RuleName} {a.AlertId} {a.Status} {a.Level} {a.Count} {string.Join(',', a.Sources)} user={a.User} {a.FirstSeen} {a.LastSeen} {a.FirstEvents} {a.LastEvents} inhibited={a.InhibitedBy}").Order(StringComparer.Ordinal)];
    }

    private static List<Event> EventsOf(string capture)
    {
        var sink = new Collected();
        new CapturePipeline(new CaptureOptions(), new SipTracker(new TrackerOptions(), sink, "edge-1")).RunFiles([capture], new ReplayOptions(), CancellationToken.None);
        return sink.Events;
    }

    private sealed class Collected : IEventSink
    {
        public List<Event> Events { get; } = [];

        public void Emit(Event e)
        {
            var own = e.Clone();
            (own.SensorId, own.Epoch, own.Seq) = ("edge-1", 1, (ulong)Events.Count + 1);
            Events.Add(own);
        }
    }
}

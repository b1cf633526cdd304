using SensorNet.Proto;
using SensorNet.Sensor.Dialogs;
using SensorNet.Tests.Shared;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Dialogs;

/// <summary>
/// Which capture in the checkout proves which event type; the table is the test's output (<c>-showLiveOutput</c>).
/// </summary>
public sealed class EventProofTests
{
    [Fact]
    public void Every_event_type_is_proven_by_a_capture()
    {
        // One table is kept small, so that a flood shows what a full one says.
        var captures = Directory.EnumerateFiles(Repository.TestData("captures"), "*.pcap.gz").Order(StringComparer.Ordinal)
            .ToDictionary(path => Path.GetFileName(path)[..^".pcap.gz".Length], path => CaptureRun.Of(path, new TrackerOptions { MaxSources = 64 }).Events);
        var types = EventTypes.All.Where(t => t.Type is >= EventType.SipCallAttempt and <= EventType.SipSession or EventType.SensorOverload).ToList();
        var output = TestContext.Current.TestOutputHelper;
        var unproven = new List<string>();
        foreach (var type in types)
        {
            var proofs = captures.Select(c => (c.Key, Count: c.Value.Count(e => e.Type == type.Type))).Where(c => c.Count > 0).OrderByDescending(c => c.Count).ToList();
            output?.WriteLine($"{type.Name,-30} {string.Join(", ", proofs.Select(p => $"{p.Key} {p.Count}"))}");
            if (proofs.Count == 0)
            {
                unproven.Add(type.Name);
            }
        }

        Assert.Empty(unproven);
    }
}

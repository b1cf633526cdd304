using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Dialogs;

/// <summary>A capture file through decoder and tracker, all in memory.</summary>
internal sealed class CaptureRun : IEventSink
{
    public List<Event> Events { get; } = [];

    public Dictionary<string, ulong> Counters { get; } = [];

    public static CaptureRun Of(string path, TrackerOptions? options = null)
    {
        var run = new CaptureRun();
        var tracker = new SipTracker(options ?? new TrackerOptions(), run, "test-host");
        var result = new CapturePipeline(new CaptureOptions(), tracker).RunFiles([path], new ReplayOptions(), CancellationToken.None);
        tracker.Finish(result.LastTime);
        tracker.CopyCounters(run.Counters);
        Assert.Null(tracker.LastFault);
        return run;
    }

    public IEnumerable<Event> OfType(EventType type) => Events.Where(e => e.Type == type);

    void IEventSink.Emit(Event e) => Events.Add(e);
}

using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Dialogs;

/// <summary>A capture file through decoder and tracker, all in memory.</summary>
internal sealed class CaptureRun : IEventSink
{
    public List<Event> Events { get; } = [];

    public Dictionary<string, ulong> Counters { get; } = [];

    /// <param name="path">The capture file.</param>
    /// <param name="options">The tracker's options.</param>
    /// <param name="between">What stands between decoder and tracker and may lose or change messages.</param>
    public static CaptureRun Of(string path, TrackerOptions? options = null, Func<IDatagramSink, IDatagramSink>? between = null)
    {
        var run = new CaptureRun();
        var tracker = new SipTracker(options ?? new TrackerOptions(), run, "test-host");
        var result = new CapturePipeline(new CaptureOptions(), between?.Invoke(tracker) ?? tracker).RunFiles([path], new ReplayOptions(), CancellationToken.None);
        tracker.Finish(result.LastTime);
        tracker.CopyCounters(run.Counters);
        Assert.Null(tracker.LastFault);
        return run;
    }

    public IEnumerable<Event> OfType(EventType type) => Events.Where(e => e.Type == type);

    void IEventSink.Emit(Event e) => Events.Add(e);
}

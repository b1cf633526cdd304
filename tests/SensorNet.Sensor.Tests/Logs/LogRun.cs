using System.Text;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Logs;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Logs;

/// <summary>Reads text or files as a log would be read, in UTC, with a fixed reference time unless told otherwise.</summary>
internal sealed class LogRun : IEventSink
{
    public static DateTimeOffset Reference { get; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public List<Event> Events { get; } = [];

    public LogCounters Counters { get; private set; } = new();

    public static LogRun Lines(params string[] lines) => Bytes(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));

    public static LogRun Bytes(byte[] octets, LogReplayOptions? options = null)
    {
        var run = new LogRun();
        using var stream = new MemoryStream(octets);
        run.Counters = LogReplay.Run(stream, "test", options ?? new LogReplayOptions { ReferenceTime = Reference, Host = "testhost" }, run);
        return run;
    }

    public static LogRun File(string path, LogReplayOptions? options = null)
    {
        var run = new LogRun();
        run.Counters = LogReplay.Run(path, options ?? new LogReplayOptions { ReferenceTime = Reference }, run);
        return run;
    }

    /// <summary>The one event that a line gives.</summary>
    public static Event Single(params string[] lines) => Assert.Single(Lines(lines).Events);

    public static string Address(Google.Protobuf.ByteString octets) =>
        octets.IsEmpty ? "" : new System.Net.IPAddress(octets.Span).ToString();

    public void Emit(Event e) => Events.Add(e);

    /// <summary>Type, user and source of each event, for comparison at a glance.</summary>
    public string[] Summary() => [.. Events.Select(e => $"{e.Type} {e.User} {Address(e.SourceIp)}")];
}

using SensorNet.Sensor.Logs;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Logs;

/// <summary>Keeps events with their marks, as a spool would.</summary>
internal sealed class MarkedSink : IMarkedEventSink
{
    public List<(Event Event, byte[] Mark)> Records { get; } = [];

    public List<Event> Own { get; } = [];

    public string[] Users => [.. Records.Select(r => r.Event.User)];

    public void Emit(Event e, ReadOnlyMemory<byte> mark) => Records.Add((e, mark.ToArray()));

    public void Emit(Event e) => Own.Add(e);
}

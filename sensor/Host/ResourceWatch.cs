using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Sensor.Host;

/// <summary>
/// Turns readings into <c>resource.sample</c>, and into <c>resource.alert</c> when a percentage was at or over a threshold for
/// the given number of samples in a row: critical from the critical threshold on (95.0 is critical), else a warning. It is
/// told again only when it becomes worse, or after it was fine in between. Not thread-safe.
/// </summary>
internal sealed class ResourceWatch(HostOptions options, string host, IEventSink sink)
{
    private readonly Dictionary<string, State> _states = [];

    public void Add(IReadOnlyList<HostReading> readings, long time)
    {
        foreach (var reading in readings)
        {
            sink.Emit(New(reading, EventType.ResourceSample, Level(reading), time, 0));
            if (reading.IsPercent)
            {
                Judge(reading, time);
            }
        }
    }

    private void Judge(HostReading reading, long time)
    {
        var state = _states.GetValueOrDefault(reading.Name);
        state.Critical = reading.Value >= options.CriticalPercent ? state.Critical + 1 : 0;
        state.Warning = reading.Value >= options.WarningPercent ? state.Warning + 1 : 0;
        if (state.Warning == 0)
        {
            state.Told = Severity.Unspecified;
        }

        var due = state.Critical >= options.Samples ? Severity.Critical : state.Warning >= options.Samples ? Severity.Warning : Severity.Unspecified;
        if (due > state.Told)
        {
            state.Told = due;
            var threshold = due == Severity.Critical ? options.CriticalPercent : options.WarningPercent;
            var e = New(reading, EventType.ResourceAlert, due, time, threshold);
            e.Message = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{reading.Name} at {reading.Value:0.0} %, {options.Samples} samples in a row at or over {threshold:0.#} %");
            sink.Emit(e);
        }

        _states[reading.Name] = state;
    }

    private Severity Level(HostReading reading) =>
        !reading.IsPercent ? Severity.Info
        : reading.Value >= options.CriticalPercent ? Severity.Critical
        : reading.Value >= options.WarningPercent ? Severity.Warning : Severity.Info;

    private Event New(HostReading reading, EventType type, Severity severity, long time, double threshold) => new()
    {
        Type = type,
        Severity = severity,
        EventTime = time,
        TimeZoneSource = TimeZoneSource.Explicit,
        Host = host,
        LogSource = LogSource.HostMetrics,
        Platform = Platform.Linux,
        Resource = new Resource { Name = reading.Name, Value = Math.Round(reading.Value, 3), Threshold = threshold },
    };

    private struct State
    {
        public int Critical;
        public int Warning;
        public Severity Told;
    }
}

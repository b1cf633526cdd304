namespace SensorNet.Sensor.Logs;

/// <summary>
/// Understands the lines of one program. One instance serves one source and remembers what it needs between lines, within
/// fixed bounds. Never throws whatever the line holds; allocates only for lines that become events.
/// </summary>
internal interface ILogParser
{
    LineVerdict Parse(in LogLine line, LogEmitter emit);

    /// <summary>The earliest line that is held; <see cref="HoldPoint.None"/> when none is.</summary>
    HoldPoint Held => HoldPoint.None;

    /// <summary>Gives what was held since before this time (nanoseconds since 1970 UTC); <see cref="long.MaxValue"/>: all.</summary>
    void Flush(long before, LogEmitter emit)
    {
    }
}

namespace SensorNet.Sensor.Logs;

/// <summary>
/// A place in a source to which reading would have to go back: the start of a line, and how many events the source had
/// given before that line.
/// </summary>
internal readonly record struct HoldPoint(long Offset, long Emitted)
{
    public static HoldPoint None { get; } = new(long.MaxValue, 0);

    public static HoldPoint Earlier(HoldPoint a, HoldPoint b) => a.Offset <= b.Offset ? a : b;
}

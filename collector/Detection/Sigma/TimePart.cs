namespace SensorNet.Collector.Detection.Sigma;

/// <summary>The part of a point in time that a time modifier compares.</summary>
internal enum TimePart : byte
{
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

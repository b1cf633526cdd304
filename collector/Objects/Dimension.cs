namespace SensorNet.Collector.Objects;

/// <summary>What rollups count by. Numbers are part of the format.</summary>
internal enum Dimension : byte
{
    Total = 0,
    Type = 1,
    Severity = 2,
    Sensor = 3,
    Host = 4,
    Method = 5,
    Status = 6,

    /// <summary>The most frequent ones only.</summary>
    Source = 7,

    /// <summary>The most frequent ones only.</summary>
    User = 8,
}

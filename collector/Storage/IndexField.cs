namespace SensorNet.Collector.Storage;

/// <summary>What a segment's index covers. Numbers are part of the format.</summary>
internal enum IndexField : byte
{
    /// <summary>Not terms, but earliest and latest event time of every block.</summary>
    ZoneMap = 0,
    Type = 1,
    Severity = 2,
    SourceIp = 3,
    DestinationIp = 4,
    User = 5,
    Aor = 6,
    CallId = 7,
    Host = 8,
    Sensor = 9,
}

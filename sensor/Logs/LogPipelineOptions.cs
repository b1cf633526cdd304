namespace SensorNet.Sensor.Logs;

/// <summary>How the lines of one source become events.</summary>
internal sealed record LogPipelineOptions
{
    public required string Host { get; init; }

    /// <summary>What <c>origin</c> says: the file's path, the journal unit.</summary>
    public required string Origin { get; init; }

    public LogFormat Format { get; init; }

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public DateTimeOffset? ReferenceTime { get; init; }

    public TimeSpan TimeShift { get; init; }

    public bool EmitRaw { get; init; }

    /// <summary>log.raw events per second of reading; 0: no limit.</summary>
    public int RawPerSecond { get; init; }

    public bool Synthetic { get; init; }

    /// <summary>Operators' own parsers; they come before the built-in ones.</summary>
    public IReadOnlyList<OperatorParser> Parsers { get; init; } = [];
}

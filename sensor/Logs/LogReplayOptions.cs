namespace SensorNet.Sensor.Logs;

/// <summary>How a log file is read once, from start to end.</summary>
internal sealed record LogReplayOptions
{
    public LogFormat Format { get; init; } = LogFormat.Auto;

    /// <summary>Added to the time of every event.</summary>
    public TimeSpan TimeShift { get; init; }

    /// <summary>
    /// Lines without a year are taken as the latest such moment that is not more than a day after this one;
    /// null: the file's last write.
    /// </summary>
    public DateTimeOffset? ReferenceTime { get; init; }

    /// <summary>The zone of lines that name none.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>host.name of lines that name no host; null: this machine's name.</summary>
    public string? Host { get; init; }

    /// <summary>Lines that no parser claims become log.raw events.</summary>
    public bool EmitRaw { get; init; }

    /// <summary>Operators' own parsers.</summary>
    public IReadOnlyList<OperatorParser> Parsers { get; init; } = [];

    /// <summary>Sets <c>synthetic</c> on every event.</summary>
    public bool Synthetic { get; init; }
}

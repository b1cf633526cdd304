namespace SensorNet.Sensor.Logs;

/// <summary>What the log readers of a sensor do.</summary>
internal sealed record LogOptions
{
    public IReadOnlyList<LogSourceOptions> Files { get; init; } = [];

    /// <summary>Where positions.bin is kept; null: positions are held in memory only.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>host.name of lines that name none.</summary>
    public string Host { get; init; } = Environment.MachineName;

    /// <summary>The zone of lines that name none.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Local;

    /// <summary>Lines that give no other event become log.raw events, at most <see cref="RawPerSecond"/>.</summary>
    public bool EmitRaw { get; init; }

    public int RawPerSecond { get; init; } = 100;

    /// <summary>Operators' own parsers.</summary>
    public IReadOnlyList<OperatorParser> Parsers { get; init; } = [];

    /// <summary>The systemd journal; null: not followed.</summary>
    public JournalOptions? Journal { get; init; }

    /// <summary>Syslog from the network; null: none.</summary>
    public SyslogOptions? Syslog { get; init; }

    /// <summary>
    /// A file that used to grow and has not for so long, and for 50 times its usual interval, is told as log.silent.
    /// </summary>
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often a file is looked at; the most that an event waits in it.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(50);
}

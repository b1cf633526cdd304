namespace SensorNet.Sensor.Logs;

/// <summary>How the systemd journal is followed.</summary>
internal sealed record JournalOptions
{
    public string Program { get; init; } = "journalctl";

    /// <summary>Put before our own arguments, for example <c>--unit=ssh</c> or <c>--identifier=sshd</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>How long to wait before journalctl is started again after it ended.</summary>
    public TimeSpan Restart { get; init; } = TimeSpan.FromSeconds(5);
}

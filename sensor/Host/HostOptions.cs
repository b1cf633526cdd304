namespace SensorNet.Sensor.Host;

/// <summary>What is measured on the host, how often, and from where on it is told.</summary>
internal sealed record HostOptions
{
    public bool Enabled { get; init; } = true;

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Percent of CPU, memory, swap, disk and inodes from which on a warning is given.</summary>
    public double WarningPercent { get; init; } = 85;

    /// <summary>Percent from which on (inclusive) an alert is critical.</summary>
    public double CriticalPercent { get; init; } = 95;

    /// <summary>How many samples in a row must be over a threshold.</summary>
    public int Samples { get; init; } = 3;

    /// <summary>Mount points to measure; those that are absent are left out.</summary>
    public IReadOnlyList<string> Mounts { get; init; } = ["/", "/var", "/var/log", "/tmp"];

    /// <summary>Daemons of which the open file descriptors are counted against their limit, by process name.</summary>
    public IReadOnlyList<string> Daemons { get; init; } = ["kamailio", "opensips", "asterisk", "freeswitch", "rtpengine"];

    /// <summary>Where procfs is mounted.</summary>
    public string ProcRoot { get; init; } = "/proc";
}

namespace SensorNet.Collector.Security;

/// <summary>How much one client may hold open and send.</summary>
internal sealed record AccessLimits
{
    public int Connections { get; init; } = 4096;

    /// <summary>From one address, before and after it has shown a certificate.</summary>
    public int ConnectionsPerAddress { get; init; } = 256;

    /// <summary>A sensor needs two, and for a moment four while it reconnects.</summary>
    public int ConnectionsPerCertificate { get; init; } = 8;

    /// <summary>At once, of one operator.</summary>
    public int CallsPerCaller { get; init; } = 64;

    /// <summary>At once, of one sensor, which needs one: each may hold a message of the largest size in memory.</summary>
    public int CallsPerSensor { get; init; } = 8;

    public int StreamsPerConnection { get; init; } = 100;

    /// <summary>Largest message taken, in octets.</summary>
    public int MessageSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>Largest message taken from those who have not shown who they are: an enrolment.</summary>
    public int AnonymousMessageSize { get; init; } = 32 * 1024;

    /// <summary>Messages per second that a caller may send over all its streams; beyond that its streams wait.</summary>
    public int MessagesPerSecond { get; init; } = 2_000;

    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);
}

namespace SensorNet.Sensor.Capture;

/// <summary>How capture files are played.</summary>
internal sealed record ReplayOptions
{
    /// <summary>0: as fast as possible; 1: real time; N: N times real time.</summary>
    public double Speed { get; init; }

    /// <summary>Added to every packet's time, in nanoseconds.</summary>
    public long ShiftNanoseconds { get; init; }

    /// <summary>
    /// When set, the shift is chosen so that the first packet has this time (nanoseconds since 1970 UTC);
    /// <see cref="ShiftNanoseconds"/> is ignored. Works on a pipe too, where <see cref="CapturePipeline.TimeSpanOf"/> cannot.
    /// </summary>
    public long? FirstPacketAt { get; init; }

    /// <summary>
    /// Another call follows on the same pipeline with files that continue these: streams and fragments are kept for it.
    /// </summary>
    public bool MoreFollows { get; init; }

    /// <summary>SIP is found on every port, whatever the configured ports are: a file was captured for its SIP.</summary>
    public bool AnyPort { get; init; } = true;
}

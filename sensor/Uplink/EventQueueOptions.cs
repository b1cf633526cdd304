namespace SensorNet.Sensor.Uplink;

/// <summary>The queue between those who make events and the spool.</summary>
internal sealed record EventQueueOptions
{
    /// <summary>Events held at most.</summary>
    public int Capacity { get; init; } = 16_384;

    /// <summary>
    /// What a full queue does to packet and host producers: wait (replay, where the input can wait) or count and drop
    /// (live, where waiting would lose packets instead). Producers with a mark (logs) always wait: their lines stay where
    /// they are.
    /// </summary>
    public bool Wait { get; init; }

    /// <summary>host.name of events that name none.</summary>
    public required string Host { get; init; }
}

namespace SensorNet.Sensor.Uplink;

/// <summary>Why a connection ended.</summary>
internal enum LinkEndKind : byte
{
    /// <summary>We were told to stop.</summary>
    Stopped,

    /// <summary>The collector could not be reached, went away or fell silent.</summary>
    Lost,

    /// <summary>The collector does not want this sensor: certificate, role, version.</summary>
    Refused,

    /// <summary>
    /// The collector has a stream of this identity already: another machine's, or our own of a moment ago that it has not
    /// yet seen end.
    /// </summary>
    Duplicate,

    /// <summary>The collector asked us to come back later.</summary>
    Drained,

    /// <summary>Events are gone from the spool, which a new hello tells the collector.</summary>
    Gap,

    /// <summary>The collector knows events that this spool lost: the sensor begins a new epoch.</summary>
    NewEpoch,

    /// <summary>The preferred collector is to be tried again.</summary>
    Failback,
}

using SensorNet.Sensor.Spool;
using SensorNet.V1;

namespace SensorNet.Sensor.Uplink;

/// <summary>
/// One message to the collector: an ordinary one, or a batch whose events are, on the wire, exactly the octets that the
/// spool holds. Reused from write to write; exactly one of the two is set.
/// </summary>
internal sealed class SensorFrame
{
    /// <summary>Hello, heartbeat or control result.</summary>
    public SensorMessage? Message { get; set; }

    public SpoolBatch? Batch { get; set; }
}

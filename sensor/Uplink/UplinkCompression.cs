namespace SensorNet.Sensor.Uplink;

/// <summary>When batches are compressed (gzip).</summary>
internal enum UplinkCompression : byte
{
    /// <summary>Batches worth it, when the collector is on another host or the bandwidth is capped.</summary>
    Auto,
    On,
    Off,
}

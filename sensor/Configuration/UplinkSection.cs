using SensorNet.Proto.Configuration;
using SensorNet.Sensor.Uplink;

namespace SensorNet.Sensor.Configuration;

/// <summary>Reads <c>uplink</c>: how events travel to the collector.</summary>
internal static class UplinkSection
{
    /// <exception cref="ConfigurationException">An impossible value.</exception>
    public static UplinkOptions Read(ConfigurationSection section)
    {
        var plain = new UplinkOptions();
        var collectors = section.List("collectors", [], "Collectors in order of preference, `host:port` or `unix:/path`; empty: the one that was joined.");
        foreach (var collector in collectors)
        {
            if (!CollectorAddress.TryNormalize(collector, out _, out var problem))
            {
                throw new ConfigurationException($"{section.Location}: `uplink.collectors` has `{collector}`: {problem}");
            }
        }

        return plain with
        {
            Collectors = collectors,
            BatchEvents = (int)section.Integer("batch_events", plain.BatchEvents, 1, 1000, "Events in one message."),
            BatchBytes = (int)section.Size("batch_bytes", plain.BatchBytes, 1 << 10, 3 << 20, "Octets of events in one message, before compression."),
            BatchDelay = section.Duration("batch_delay", plain.BatchDelay, TimeSpan.Zero, TimeSpan.FromSeconds(10), "How long events wait for company while others are on their way."),
            MaxInFlight = (int)section.Integer("max_in_flight", plain.MaxInFlight, 100, 1_000_000, "Events sent and not acknowledged."),
            HeartbeatInterval = section.Duration("heartbeat_interval", plain.HeartbeatInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), "Period of the sensor's report on itself."),
            ConnectTimeout = section.Duration("connect_timeout", plain.ConnectTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), "How long connecting and the collector's welcome may take."),
            AckTimeout = section.Duration("ack_timeout", plain.AckTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "A collector that acknowledges nothing for this long is taken for gone."),
            FailbackAfter = section.Duration("failback_after", plain.FailbackAfter, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), "After this long with another collector the first is tried again."),
            Compression = section.Choice("compression", "auto", ["auto", "on", "off"], "Whether batches are compressed (gzip): auto (collector on another host, or capped bandwidth), on or off.") switch
            {
                "on" => UplinkCompression.On,
                "off" => UplinkCompression.Off,
                _ => UplinkCompression.Auto,
            },
            BandwidthBytesPerSecond = section.Size("bandwidth", 0, 0, 1L << 40, "Octets per second at most; 0B: no limit."),
        };
    }
}

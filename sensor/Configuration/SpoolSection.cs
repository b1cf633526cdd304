using SensorNet.Proto.Configuration;
using SensorNet.Sensor.Spool;

namespace SensorNet.Sensor.Configuration;

/// <summary>Reads <c>spool</c>: where events wait for the collector.</summary>
internal static class SpoolSection
{
    /// <exception cref="ConfigurationException">An impossible value.</exception>
    public static SpoolOptions Read(ConfigurationSection section, string stateDirectory)
    {
        var plain = new SpoolOptions { Directory = Path.Combine(stateDirectory, "spool") };
        var directory = section.Text("directory", "", "Directory of the spool; empty: `spool` in the state directory.");
        var options = plain with
        {
            Directory = directory.Length > 0 ? Path.GetFullPath(directory) : plain.Directory,
            MaxBytes = section.Size("max_bytes", plain.MaxBytes, 4 << 20, 1L << 40, "Size of the spool; beyond it the oldest events are lost, acknowledged ones first."),
            KeepAcknowledgedBytes = section.Size("keep_acknowledged_bytes", plain.KeepAcknowledgedBytes, 0, 1L << 40, "Acknowledged events kept to refill a collector that lost some."),
            SegmentBytes = section.Size("segment_bytes", plain.SegmentBytes, 64 << 10, 1L << 30, "Size of one spool file."),
            MemoryBytes = (int)section.Size("memory_bytes", plain.MemoryBytes, 2 << 20, 1 << 30, "Events held in memory while the disk takes nothing."),
            SyncInterval = section.Duration("sync_interval", plain.SyncInterval, TimeSpan.Zero, TimeSpan.FromHours(1), "How often events are forced to the disk: what a power cut can take; 0s: never. The end of the process takes nothing."),
        };
        if (options.MaxBytes < 2 * options.SegmentBytes)
        {
            throw new ConfigurationException($"{section.Location}: `spool.max_bytes` ({Units.FormatSize(options.MaxBytes)}) must be at least twice `spool.segment_bytes` ({Units.FormatSize(options.SegmentBytes)}).");
        }

        return options;
    }
}

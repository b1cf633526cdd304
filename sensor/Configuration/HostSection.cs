using SensorNet.Proto.Configuration;
using SensorNet.Sensor.Host;

namespace SensorNet.Sensor.Configuration;

/// <summary>Reads <c>metrics</c>: what is measured on the host.</summary>
internal static class HostSection
{
    /// <exception cref="ConfigurationException">An impossible value.</exception>
    public static HostOptions Read(ConfigurationSection section)
    {
        var plain = new HostOptions();
        var options = plain with
        {
            Enabled = section.Flag("enabled", plain.Enabled, "Measure CPU, memory, disks, load and file descriptors."),
            Interval = section.Duration("interval", plain.Interval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "How often."),
            WarningPercent = section.Number("warning_percent", plain.WarningPercent, 1, 100, "From which percentage on resource.alert warns."),
            CriticalPercent = section.Number("critical_percent", plain.CriticalPercent, 1, 100, "From which percentage on it is critical."),
            Samples = (int)section.Integer("samples", plain.Samples, 1, 1000, "Samples in a row that must be over."),
            Mounts = section.List("mounts", plain.Mounts, "Mount points to measure; absent ones are left out."),
            Daemons = section.List("daemons", plain.Daemons, "Processes whose open file descriptors are counted."),
        };
        return options.WarningPercent <= options.CriticalPercent
            ? options
            : throw new ConfigurationException($"{section.Location}: `metrics.warning_percent` must not be above `metrics.critical_percent`.");
    }
}

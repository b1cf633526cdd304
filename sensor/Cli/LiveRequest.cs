using SensorNet.Sensor.Configuration;
using SensorNet.Sensor.Logs;

namespace SensorNet.Sensor.Cli;

/// <summary>What <c>run</c> was asked to do; loading again reads the configuration again (SIGHUP).</summary>
internal sealed record LiveRequest(Func<SensorOptions> LoadConfiguration, IReadOnlyList<string> Interfaces, IReadOnlyList<string> Logs)
{
    /// <exception cref="CommandException">The configuration cannot be used.</exception>
    public SensorOptions Load()
    {
        var options = LoadConfiguration();
        return options with
        {
            Capture = Interfaces.Count > 0 ? options.Capture with { Interfaces = Interfaces } : options.Capture,
            Logs = options.Logs with
            {
                Files = [.. options.Logs.Files, .. Logs.Where(l => options.Logs.Files.All(f => f.Path != l)).Select(l => new LogSourceOptions(l))],
            },
        };
    }
}

using SensorNet.Tests.Shared;

namespace SensorNet.EndToEnd.Tests;

/// <summary>The built programs, as an operator would start them.</summary>
internal static class Programs
{
    public static string Sensor { get; } = Find("sensor", "sensornet-sensor");

    public static string Collector { get; } = Find("collector", "sensornet-collector");

    public static string Console { get; } = Find("console", "sensornet");

    private static string Find(string folder, string name)
    {
        // The configuration (Release or Debug) is that of the tests themselves.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return Path.Combine(Repository.Root, folder, "bin", configuration, "net10.0", name);
    }
}

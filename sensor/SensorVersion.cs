using System.Reflection;

namespace SensorNet.Sensor;

/// <summary>The program's version.</summary>
internal static class SensorVersion
{
    public static string Text { get; } =
        typeof(SensorVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}

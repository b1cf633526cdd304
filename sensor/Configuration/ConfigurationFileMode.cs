using SensorNet.Proto.Configuration;

namespace SensorNet.Sensor.Configuration;

/// <summary>Who may write a configuration decides what the sensor does, so it must not be everybody.</summary>
internal static class ConfigurationFileMode
{
    /// <exception cref="ConfigurationException">Anybody may write the file.</exception>
    public static void Check(string file)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(file) && (File.GetUnixFileMode(file) & UnixFileMode.OtherWrite) != 0)
        {
            throw new ConfigurationException($"{file}: anybody may write this file; make it yours alone: chmod o-w {file}");
        }
    }
}

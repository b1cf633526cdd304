using SensorNet.Proto.Privacy;
using SensorNet.Sensor.Configuration;

namespace SensorNet.Sensor.Cli;

/// <summary>The configured privacy rules, ready to be applied.</summary>
internal static class PrivacyRules
{
    /// <returns>Null when nothing is protected.</returns>
    /// <exception cref="CommandException">The keys cannot be read, or there are none although the rules need one.</exception>
    public static PrivacyProtector? Read(SensorOptions options)
    {
        if (options.Privacy.IsEmpty)
        {
            return null;
        }

        try
        {
            var keys = options.PrivacyKeyFile is { } file ? PrivacyKeyring.Load(file) : new PrivacyKeyring([]);
            return new PrivacyProtector(options.Privacy, keys);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            throw new CommandException(ExitCode.Configuration, $"privacy: {problem.Message}", problem);
        }
    }
}

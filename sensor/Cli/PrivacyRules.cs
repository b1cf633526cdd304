using SensorNet.Proto.Privacy;
using SensorNet.Sensor.Configuration;
using SensorNet.Sensor.Privacy;
using SensorNet.Sensor.Uplink;

namespace SensorNet.Sensor.Cli;

/// <summary>The configured privacy rules as a stage of the queue.</summary>
internal static class PrivacyRules
{
    /// <exception cref="CommandException">The keys cannot be read, or there are none although the rules need one.</exception>
    public static IReadOnlyList<IEventStage> Stages(SensorOptions options)
    {
        if (options.Privacy.IsEmpty)
        {
            return [];
        }

        try
        {
            var keys = options.PrivacyKeyFile is { } file ? PrivacyKeyring.Load(file) : new PrivacyKeyring([]);
            return [new PrivacyStage(new PrivacyProtector(options.Privacy, keys))];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            throw new CommandException(ExitCode.Configuration, $"privacy: {problem.Message}", problem);
        }
    }
}

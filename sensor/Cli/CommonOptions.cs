using System.CommandLine;
using SensorNet.Proto.Configuration;
using SensorNet.Sensor.Configuration;

namespace SensorNet.Sensor.Cli;

/// <summary>Options that several commands have.</summary>
internal sealed class CommonOptions
{
    public Option<string?> Config { get; } = new("--config", "-c")
    {
        Description = $"Configuration file (YAML). Without it: {SensorOptions.DefaultFile} where that exists, else the defaults.",
        HelpName = "FILE",
    };

    public Option<string?> StateDirectory { get; } = new("--state-dir")
    {
        Description = $"Directory of identity, spool and log positions, instead of the configured one (default {SensorOptions.DefaultStateDirectory}).",
        HelpName = "DIR",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(Config);
        command.Options.Add(StateDirectory);
    }

    /// <exception cref="CommandException">The configuration cannot be used.</exception>
    public SensorOptions Load(ParseResult parsed)
    {
        try
        {
            return SensorOptions.Load(parsed.GetValue(Config), parsed.GetValue(StateDirectory));
        }
        catch (ConfigurationException problem)
        {
            throw new CommandException(ExitCode.Configuration, problem.Message, problem);
        }
    }
}

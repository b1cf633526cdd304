using System.CommandLine;
using SensorNet.Collector.Cli;
using SensorNet.Proto.Configuration;

namespace SensorNet.Collector;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var root = new RootCommand("SensorNet collector: stores the events of all sensors, runs the detection rules and raises alerts.")
        {
            RunCommand.Create(),
            TokenCommand.Create(),
            BackupCommand.Create(),
            VerifyCommand.Create(),
            RulesCommand.Create(),
            ExportCommand.Create(),
            ConfigCommand.Create(),
        };
        var parse = root.Parse(args);
        if (parse.Errors.Count > 0)
        {
            foreach (var error in parse.Errors)
            {
                await Console.Error.WriteLineAsync($"sensornet-collector: {error.Message}");
            }

            await Console.Error.WriteLineAsync("Try `sensornet-collector --help`.");
            return ExitCode.Usage;
        }

        try
        {
            return await parse.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (ConfigurationException e)
        {
            await Console.Error.WriteLineAsync($"sensornet-collector: {e.Message}");
            return ExitCode.Configuration;
        }
    }
}

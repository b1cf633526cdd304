using System.CommandLine;
using System.CommandLine.Help;
using SensorNet.Collector.Cli;
using SensorNet.Proto;
using SensorNet.Proto.Configuration;

namespace SensorNet.Collector;

internal static class Program
{
    private const int HelpWidth = 100;

    private static async Task<int> Main(string[] args)
    {
        DescriptorStream.TakeConsole();
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
        if (root.Options.OfType<HelpOption>().FirstOrDefault() is { Action: HelpAction help })
        {
            // Asking System.Console for the terminal's width changes the terminal's modes.
            help.MaxWidth = Console.IsOutputRedirected ? int.MaxValue : HelpWidth;
        }

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

using System.CommandLine;
using System.CommandLine.Help;

namespace SensorNet.Sensor.Cli;

/// <summary>The command line: what there is, and how failures become messages and exit statuses.</summary>
internal static class SensorCommands
{
    private const int HelpWidth = 100;

    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        var root = Build();
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync($"error: {error.Message}");
            }

            await Console.Error.WriteLineAsync($"Try: sensornet-sensor {Path(parsed.CommandResult)}--help");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                cancellation);
        }
        catch (CommandException problem)
        {
            await Console.Error.WriteLineAsync($"error: {problem.Message}");
            return problem.ExitCode;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception failure)
        {
            await Console.Error.WriteLineAsync($"error: {failure.GetType().Name}: {failure.Message}\n{failure.StackTrace}");
            return ExitCode.Failure;
        }
    }

    private static RootCommand Build()
    {
        var common = new CommonOptions();
        var root = new RootCommand("Watches a VoIP host: decodes its SIP traffic, reads its logs, and sends events to a SensorNet collector.\n\nExamples:\n  sensornet-sensor join collector.example:7443 --token sn1....\n  sensornet-sensor run\n  sensornet-sensor replay attack.pcap --log auth.log")
        {
            RunCommand.Build(common),
            ReplayCommand.Build(common),
            JoinCommand.Build(common),
            InterfacesCommand.Build(),
            ParseLogCommand.Build(common),
            ConfigCommand.Build(common),
            DoctorCommand.Build(common),
        };
        if (root.Options.OfType<HelpOption>().FirstOrDefault() is { Action: HelpAction help })
        {
            // Asking System.Console for the terminal's width changes the terminal's modes.
            help.MaxWidth = Console.IsOutputRedirected ? int.MaxValue : HelpWidth;
        }

        return root;
    }

    private static string Path(System.CommandLine.Parsing.CommandResult command) =>
        command.Command is RootCommand ? "" : $"{(command.Parent is System.CommandLine.Parsing.CommandResult parent ? Path(parent) : "")}{command.Command.Name} ";
}

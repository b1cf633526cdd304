using System.CommandLine;
using SensorNet.Sensor.Spool;
using SensorNet.Sensor.Uplink;

namespace SensorNet.Sensor.Cli;

/// <summary><c>run</c>: watches this host until told to stop.</summary>
internal static class RunCommand
{
    public static Command Build(CommonOptions common)
    {
        var interfaces = new Option<string[]>("--interface", "-i") { Description = "Capture on this interface instead of the configured ones; may be given several times.", HelpName = "NAME" };
        var logs = new Option<string[]>("--log") { Description = "Follow this log file beside the configured ones; may be given several times.", HelpName = "FILE" };
        var command = new Command("run", "Watches this host until it is stopped (SIGTERM or Ctrl-C); SIGHUP reads the configuration again.\n\nExamples:\n  sensornet-sensor run\n  sensornet-sensor run --interface eth0 --log /var/log/auth.log") { interfaces, logs };
        common.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var request = new LiveRequest(
                () => common.Load(parsed),
                parsed.GetValue(interfaces) ?? [],
                [.. (parsed.GetValue(logs) ?? []).Select(Path.GetFullPath)]);
            try
            {
                return await LiveSensor.RunAsync(request, cancellation);
            }
            catch (StateDirectoryException problem)
            {
                throw new CommandException(problem.Locked ? ExitCode.Busy : ExitCode.Configuration, problem.Message, problem);
            }
            catch (NotJoinedException problem)
            {
                throw new CommandException(ExitCode.Configuration, problem.Message, problem);
            }
        });
        return command;
    }
}

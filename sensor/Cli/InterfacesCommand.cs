using System.CommandLine;
using SensorNet.Sensor.Capture;

namespace SensorNet.Sensor.Cli;

/// <summary><c>interfaces</c>: what can be captured on.</summary>
internal static class InterfacesCommand
{
    public static Command Build()
    {
        var command = new Command("interfaces", "Lists the interfaces that can be captured on.\n\nExample:\n  sensornet-sensor interfaces");
        command.SetAction(_ =>
        {
            try
            {
                foreach (var found in CapturePipeline.Interfaces())
                {
                    Console.Out.WriteLine($"{found.Name,-16} {(found.IsUp ? "up  " : "down")} {string.Join(' ', found.Addresses)}{(found.Description.Length > 0 ? $"  ({found.Description})" : "")}");
                }

                return ExitCode.Ok;
            }
            catch (LiveCaptureException problem)
            {
                throw new CommandException(ExitCode.Failure, problem.Message, problem);
            }
        });
        return command;
    }
}

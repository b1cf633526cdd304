using System.CommandLine;

namespace SensorNet.Sensor.Cli;

/// <summary><c>doctor</c>: what this sensor can and cannot see on this host, and how to mend it.</summary>
internal static class DoctorCommand
{
    public static Command Build(CommonOptions common)
    {
        var command = new Command("doctor", "Says in plain words what this sensor can and cannot see on this host, and how to mend it.\n\nExample:\n  sensornet-sensor doctor --config /etc/sensornet/sensor.yaml");
        common.AddTo(command);
        command.SetAction(async (parsed, cancellation) => await Doctor.RunAsync(common.Load(parsed), Console.Out, cancellation));
        return command;
    }
}

using System.Runtime.InteropServices;
using SensorNet.Proto;
using SensorNet.Sensor.Cli;

namespace SensorNet.Sensor;

/// <summary>
/// The sensor's program. What runs where: <see cref="LiveSensor"/> wires capture, logs and delivery for <c>run</c>,
/// <see cref="Replay"/> does for <c>replay</c>.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        DescriptorStream.TakeConsole();
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await SensorCommands.RunAsync(arguments, stop.Token);

        void Stop(PosixSignalContext signal)
        {
            // A second signal ends the program at once: what was written to the spool is safe.
            if (!stop.IsCancellationRequested)
            {
                signal.Cancel = true;
                stop.Cancel();
            }
        }
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using SensorNet.Console.Cli;
using SensorNet.Console.Client;
using SensorNet.Console.Tui;
using SensorNet.Console.Views;
using SensorNet.Proto;

namespace SensorNet.Console;

/// <summary>The console: screens on a terminal without a command, a client for scripts with one.</summary>
internal static class Program
{
    private const int StandardOutput = 1;

    private static async Task<int> Main(string[] arguments)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var terminal = !System.Console.IsOutputRedirected;
        await using var output = new StreamWriter(DescriptorStream.Output, utf8, 16 * 1024) { AutoFlush = terminal };
        await using var error = new StreamWriter(DescriptorStream.Error, utf8) { AutoFlush = true };
        CliHost? host = null;
        host = new CliHost
        {
            Out = output,
            Error = error,
            IsTerminal = terminal,
            ErrorIsTerminal = !System.Console.IsErrorRedirected,

            Width = terminal ? Tty.SizeOf(StandardOutput).Width : 80,
            Environment = Environment.GetEnvironmentVariable,
            Connect = Connect,
            OpenScreens = (request, cancellation) => ScreenSession.RunAsync(request, host!, cancellation),
        };
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        if (arguments.Length > 0)
        {
            return await RunCommandAsync(host, arguments, stop.Token);
        }

        // Without a command nothing has to be parsed, and the first screen is there sooner.
        return await Outcome.OfAsync(host, () => host.OpenScreens(new GlobalValues().ForScreens(host, null), stop.Token), stop.Token);
    }

    // A method of its own: what only commands need is not loaded for the screens.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<int> RunCommandAsync(CliHost host, string[] arguments, CancellationToken stop) => new CommandTree(host).RunAsync(arguments, stop);

    private static GrpcCollector Connect(ConnectionSettings settings) => new(settings);
}

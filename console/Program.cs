using System.Runtime.InteropServices;
using System.Text;
using SensorNet.Console.Cli;
using SensorNet.Console.Client;
using SensorNet.Console.Views;

namespace SensorNet.Console;

/// <summary>The console: screens on a terminal without a command, a client for scripts with one.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var terminal = !System.Console.IsOutputRedirected;
        await using var output = new StreamWriter(System.Console.OpenStandardOutput(), utf8, 16 * 1024) { AutoFlush = terminal };
        await using var error = new StreamWriter(System.Console.OpenStandardError(), utf8) { AutoFlush = true };
        CliHost? host = null;
        host = new CliHost
        {
            Out = output,
            Error = error,
            IsTerminal = terminal,
            Width = terminal ? TerminalWidth() : 80,
            Environment = Environment.GetEnvironmentVariable,
            Connect = settings => new GrpcCollector(settings),
            OpenScreens = (request, cancellation) => ScreenSession.RunAsync(request, host!, cancellation),
        };
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        return await new CommandTree(host).RunAsync(arguments, stop.Token);
    }

    private static int TerminalWidth()
    {
        try
        {
            return System.Console.WindowWidth is > 0 and var width ? width : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }
}

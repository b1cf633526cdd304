using System.CommandLine;
using Microsoft.AspNetCore.Connections;
using SensorNet.Collector.Api.Hosting;
using SensorNet.Collector.Configuration;
using SensorNet.Collector.Storage;

namespace SensorNet.Collector.Cli;

/// <summary><c>run</c>: the collector itself, until it is told to end.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var file = new Option<string?>("--config", "-c") { Description = "YAML file; without it, the defaults and the environment." };
        var state = new Option<string?>("--state-dir") { Description = "Directory of the store and the certificate authority (default /var/lib/sensornet-collector)." };
        var listen = new Option<string?>("--listen") { Description = "ADDRESS:PORT for TLS, or none; port 0 takes any free one (default 0.0.0.0:7443)." };
        var socket = new Option<string?>("--socket") { Description = "Unix socket for operators on this host (default /run/sensornet/collector.sock)." };
        var command = new Command("run", "Runs the collector until SIGTERM or SIGINT.") { file, state, listen, socket };
        command.SetAction((parse, cancellation) =>
        {
            var options = CollectorOptions.Load(parse.GetValue(file), parse.GetValue(state));
            if (parse.GetValue(listen) is { } address)
            {
                options = options with { Listen = options.Listen with { Tls = ListenOptions.ParseAddress(address, "--listen") } };
            }

            if (parse.GetValue(socket) is { } path)
            {
                options = options with { Listen = options.Listen with { UnixSocket = Path.GetFullPath(path) } };
            }

            return RunAsync(options, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(CollectorOptions options, CancellationToken cancellation)
    {
        try
        {
            await CollectorHost.RunAsync(options, cancellation);
            return ExitCode.Ok;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("sensornet-collector: stopped while it was starting");
            return ExitCode.Ok;
        }
        catch (StoreLockedException e)
        {
            return Fail(ExitCode.InUse, e.Message);
        }
        catch (IOException e) when (IsAddressInUse(e))
        {
            return Fail(ExitCode.InUse, $"{e.Message.TrimEnd('.')}. Is another collector running? `--listen` and `--socket` choose other places.");
        }
        catch (Exception e) when (e is NativeLibraryMissingException or StoreFormatException or UnauthorizedAccessException or IOException)
        {
            return Fail(ExitCode.Failed, e.Message);
        }
    }

    private static bool IsAddressInUse(IOException e) =>
        e is SocketInUseException || e.InnerException is AddressInUseException;

    private static int Fail(int code, string message)
    {
        Console.Error.WriteLine($"sensornet-collector: {message}");
        return code;
    }
}

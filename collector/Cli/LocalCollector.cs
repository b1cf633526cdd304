using System.CommandLine;
using Grpc.Core;
using Grpc.Net.Client;
using SensorNet.Collector.Configuration;
using SensorNet.Rpc;

namespace SensorNet.Collector.Cli;

/// <summary>Commands that ask the collector that runs on this host, over its unix socket.</summary>
internal static class LocalCollector
{
    public static Option<string?> SocketOption() => new("--socket") { Description = "Unix socket of the running collector (default: listen.unix_socket of the configuration)." };

    /// <summary>Runs a call against the collector and turns its refusals into a sentence and an exit code.</summary>
    public static async Task<int> CallAsync(string? socket, Func<GrpcChannel, Task> call)
    {
        var path = socket ?? CollectorOptions.Load(null).Listen.UnixSocket;
        try
        {
            using var channel = RpcChannel.ForAddress($"unix:{Path.GetFullPath(path)}");
            await call(channel);
            return ExitCode.Ok;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
        {
            await Console.Error.WriteLineAsync($"sensornet-collector: no collector answers on {path}: {e.Status.Detail}. Start one with `sensornet-collector run`, or name its socket with --socket.");
            return ExitCode.Unreachable;
        }
        catch (RpcException e)
        {
            await Console.Error.WriteLineAsync($"sensornet-collector: refused: {e.Status.Detail}");
            return ExitCode.Unreachable;
        }
    }
}

using System.Globalization;
using BenchmarkDotNet.Running;
using SensorNet.Benchmarks.Detection;
using SensorNet.Benchmarks.Logs;
using SensorNet.Benchmarks.Rpc;
using SensorNet.Benchmarks.Store;
using SensorNet.Benchmarks.Traffic;

namespace SensorNet.Benchmarks;

/// <summary>Whole-process measurements by name, or BenchmarkDotNet's for anything else; the README has the commands.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args is ["store", .. var rest])
        {
            return await StoreRun.RunAsync(rest);
        }

        if (args is ["store-send", .. var load])
        {
            return await CollectorLoad.RunAsync(load);
        }

        if (args is ["alert-latency", .. var paced])
        {
            return await AlertLatency.RunAsync(paced);
        }

        if (args is ["rpc", .. var calls])
        {
            return await RpcCommands.RunAsync(calls);
        }

        if (args is ["rules", var events, .. var captures])
        {
            return RuleRun.Run(int.Parse(events, CultureInfo.InvariantCulture), captures);
        }

        if (args is ["rule-keys", var keys])
        {
            return RuleRun.RunKeys(int.Parse(keys, CultureInfo.InvariantCulture));
        }

        if (TrafficCommands.Run(args) is { } status)
        {
            return status;
        }

        if (LogCommands.Run(args) is { } logs)
        {
            return logs;
        }

        if (args.Length == 0)
        {
            Console.WriteLine(LogCommands.Usage);
            Console.WriteLine(TrafficCommands.Usage);
            Console.WriteLine(RpcCommands.Usage);
            Console.WriteLine(RuleRun.Usage);
            Console.WriteLine("Anything else goes to BenchmarkDotNet, e.g. --filter '*'");
        }

        if (args is ["store-sample", var count, var file])
        {
            SampleEvents.WriteTable(int.Parse(count, CultureInfo.InvariantCulture), file);
            return 0;
        }

        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
    }
}

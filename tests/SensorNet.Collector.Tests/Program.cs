using SensorNet.Collector.Tests.Storage;
using Xunit.Runner.InProc.SystemConsole;

namespace SensorNet.Collector.Tests;

/// <summary>
/// Runs the tests; or, with <c>store-host</c> first, a process that keeps a store busy until it is killed, for the tests of faults.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args) =>
        args is ["store-host", var directory, .. var rest]
            ? await StoreHost.RunAsync(directory, rest)
            : await ConsoleRunner.Run(args);
}

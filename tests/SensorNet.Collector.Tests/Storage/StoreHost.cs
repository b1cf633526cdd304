using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Objects;
using SensorNet.Collector.Storage;

namespace SensorNet.Collector.Tests.Storage;

/// <summary>
/// A process that stores numbered events as fast as it can and writes "acked N" to its output for each acknowledgement. It
/// begins like a sensor that reconnects: at the first number that the store does not hold, less a few that it holds already.
/// </summary>
internal static class StoreHost
{
    private const int SensorTail = 500;

    /// <param name="directory">The store.</param>
    /// <param name="args">Events per batch; and how many events to store before waiting to be killed (0: without end).</param>
    public static async Task<int> RunAsync(string directory, string[] args)
    {
        var batchSize = int.Parse(args[0], CultureInfo.InvariantCulture);
        var until = ulong.Parse(args[1], CultureInfo.InvariantCulture);
        var store = EventStore.Open(new StoreOptions { Directory = directory, SegmentEvents = 4096 }, TimeProvider.System, NullLogger.Instance);
        var objects = ObjectStages.Create(store);
        var loop = new CommitLoop(store, objects.Stages, new CommitOptions { Linger = TimeSpan.Zero }, TimeProvider.System, NullLogger.Instance);
        loop.Start();
        var output = Console.Out;
        var window = await loop.GetWindowAsync("s1", 1, 0, CancellationToken.None);
        var next = window.Acked > SensorTail ? window.Acked - SensorTail : 1;
        await output.WriteLineAsync($"window {window.Acked}");
        while (until == 0 || next <= until)
        {
            var result = await loop.SubmitAsync("s1", 1, Events.Batch(next, batchSize), CancellationToken.None);
            next += (ulong)batchSize;
            await output.WriteLineAsync($"acked {result.Acked}");
            await output.FlushAsync();
        }

        await output.WriteLineAsync("done");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}

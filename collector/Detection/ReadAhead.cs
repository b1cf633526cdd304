using System.Threading.Channels;

namespace SensorNet.Collector.Detection;

/// <summary>Reads a sequence on a thread of its own, a few thousand items ahead of who takes them.</summary>
internal static class ReadAhead
{
    private const int ChunkItems = 512;
    private const int Chunks = 8;

    /// <summary>The same items in the same order; what fails in reading is thrown here. Who stops early waits for the thread to end.</summary>
    public static IEnumerable<T> Of<T>(IEnumerable<T> items)
    {
        using var stop = new CancellationTokenSource();
        var chunks = Channel.CreateBounded<T[]>(new BoundedChannelOptions(Chunks) { SingleReader = true, SingleWriter = true });
        var reading = Task.Factory.StartNew(() => Read(items, chunks.Writer, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            while (chunks.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (chunks.Reader.TryRead(out var chunk))
                {
                    foreach (var item in chunk)
                    {
                        yield return item;
                    }
                }
            }
        }
        finally
        {
            stop.Cancel();
            reading.GetAwaiter().GetResult();
        }
    }

    private static void Read<T>(IEnumerable<T> items, ChannelWriter<T[]> writer, CancellationToken stop)
    {
        try
        {
            foreach (var chunk in items.Chunk(ChunkItems))
            {
                writer.WriteAsync(chunk, stop).AsTask().GetAwaiter().GetResult();
            }

            writer.Complete();
        }
#pragma warning disable CA1031 // The reader throws it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            writer.Complete(e);
        }
    }
}

using System.Threading.Channels;

namespace SensorNet.Collector.Detection;

/// <summary>Reads a sequence on a thread of its own, a few thousand items ahead of who takes them.</summary>
internal static class ReadAhead
{
    private const int ChunkItems = 512;
    private const int Chunks = 8;

    /// <summary>The same items in the same order; what fails in reading is thrown here. To be taken to the end.</summary>
    public static IEnumerable<T> Of<T>(IEnumerable<T> items)
    {
        var chunks = Channel.CreateBounded<T[]>(new BoundedChannelOptions(Chunks) { SingleReader = true, SingleWriter = true });
        var reading = Task.Factory.StartNew(() => Read(items, chunks.Writer), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
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

        reading.GetAwaiter().GetResult();
    }

    private static void Read<T>(IEnumerable<T> items, ChannelWriter<T[]> writer)
    {
        try
        {
            foreach (var chunk in items.Chunk(ChunkItems))
            {
                writer.WriteAsync(chunk).AsTask().GetAwaiter().GetResult();
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

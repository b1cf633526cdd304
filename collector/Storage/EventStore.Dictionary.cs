using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using SensorNet.Collector.Storage.RocksDb;
using SensorNet.Collector.Storage.Zstd;

namespace SensorNet.Collector.Storage;

internal sealed partial class EventStore
{
    /// <summary>A first dictionary is trained when so many events are there.</summary>
    public const int FirstTrainingEvents = 8192;

    private const int SampleEvents = 8192;
    private const int SampleBytes = 4 << 20;
    private const int MaxDictionary = 64 << 10;

    // A new dictionary must save at least 1/32 of what the current one leaves.
    private const int WorthwhileShare = 32;

    /// <summary>Trains a dictionary on the newest events and uses it from now on, unless it is hardly better than the current one.</summary>
    public void TrainDictionary()
    {
        var samples = new byte[SampleBytes];
        var sizes = new List<nuint>();
        var blockEnds = new List<int>();
        var length = CollectSamples(samples, sizes, blockEnds);
        var trained = ZstdDictionary.Train(samples.AsSpan(0, length), sizes.ToArray(), Math.Clamp(length / 16, 4 << 10, MaxDictionary));
        if (trained is null || !IsWorthwhile(trained, samples, blockEnds))
        {
            return;
        }

        var id = Dictionaries.NextId;
        var key = new byte[DictionaryPrefix.Length + 4];
        DictionaryPrefix.CopyTo(key, 0);
        BinaryPrimitives.WriteUInt32BigEndian(key.AsSpan(DictionaryPrefix.Length), id);
        using var batch = new WriteBatch();
        batch.Put(Family(Table.Meta), StoreKeys.Row(key), trained);

        // On the disk before the first block that needs it.
        db.Write(batch, sync: true);
        Dictionaries.Add(id, trained);
        logger.LogInformation("Compression dictionary {Id} of {Bytes} bytes trained on {Events} events", id, trained.Length, sizes.Count);
    }

    private int CollectSamples(byte[] samples, List<nuint> sizes, List<int> blockEnds)
    {
        var length = 0;
        var block = RentBlock();
        try
        {
            var all = Volatile.Read(ref segments);
            for (var s = all.Length - 1; s >= 0 && sizes.Count < SampleEvents; s--)
            {
                // Spread over the segment rather than its newest moment.
                var step = Math.Max(1, all[s].Rows / SampleEvents);
                for (var ordinal = all[s].Blocks - 1; ordinal >= 0 && sizes.Count < SampleEvents; ordinal -= step)
                {
                    if (!TryLoad(all[s], ordinal, block))
                    {
                        continue;
                    }

                    for (var i = 0; i < block.Count && length + block.Bytes(i).Length <= samples.Length; i++)
                    {
                        block.Bytes(i).CopyTo(samples.AsSpan(length));
                        length += block.Bytes(i).Length;
                        sizes.Add((nuint)block.Bytes(i).Length);
                    }

                    blockEnds.Add(length);
                }
            }
        }
        finally
        {
            ReturnBlock(block);
        }

        return length;
    }

    private bool IsWorthwhile(byte[] trained, byte[] samples, List<int> blockEnds)
    {
        using var candidate = new ZstdDictionary(uint.MaxValue, trained, DictionarySet.Level);
        using var codec = new ZstdCodec();
        long before = 0, after = 0;
        var start = 0;
        foreach (var end in blockEnds)
        {
            var sample = samples.AsSpan(start, end - start);
            var target = new byte[ZstdCodec.Bound(sample.Length)];
            before += codec.Compress(sample, target, Dictionaries.Current, DictionarySet.Level);
            after += codec.Compress(sample, target, candidate, DictionarySet.Level);
            start = end;
        }

        return after < before - (before / WorthwhileShare);
    }
}

using System.Collections.Concurrent;
using SensorNet.Collector.Storage.Zstd;

namespace SensorNet.Collector.Storage;

/// <summary>The compression dictionaries that blocks were written with. Thread-safe.</summary>
internal sealed class DictionarySet : IDisposable
{
    /// <summary>Fast, and within a few per cent of level 3 once a dictionary is there.</summary>
    public const int Level = 1;

    private readonly ConcurrentDictionary<uint, ZstdDictionary> byId = new();

    /// <summary>What new blocks are compressed with; null until one was trained.</summary>
    public ZstdDictionary? Current { get; private set; }

    public uint NextId => (Current?.Id ?? 0) + 1;

    /// <summary>The dictionary of that number; null for 0.</summary>
    /// <exception cref="InvalidDataException">There is none of that number.</exception>
    public ZstdDictionary? Get(uint id) =>
        id == 0 ? null
        : byId.TryGetValue(id, out var dictionary) ? dictionary
        : throw new InvalidDataException($"Compression dictionary {id} is missing.");

    /// <summary>Adds a dictionary; the one with the highest number is the current one.</summary>
    public void Add(uint id, ReadOnlySpan<byte> bytes)
    {
        var dictionary = new ZstdDictionary(id, bytes, Level);
        byId[id] = dictionary;
        if (Current is null || Current.Id < id)
        {
            Current = dictionary;
        }
    }

    public void Dispose()
    {
        foreach (var dictionary in byId.Values)
        {
            dictionary.Dispose();
        }
    }
}

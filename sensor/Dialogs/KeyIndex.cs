namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// Finds entries of a slab by a 64-bit keyed hash. Chained; the buckets are allocated at once for the largest number of
/// entries, so there is never a pause for growing. One node per entry, 12 octets, in chunks. Equal hashes are taken for
/// equal keys: with a secret key two different ones collide once in 2^64.
/// </summary>
internal sealed class KeyIndex
{
    private const int ChunkBits = 12;
    private const int ChunkMask = (1 << ChunkBits) - 1;
    private readonly int[] _buckets;
    private readonly ulong[]?[] _keys;
    private readonly int[]?[] _next;
    private readonly int _mask;

    public KeyIndex(int capacity)
    {
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, capacity));
        _buckets = new int[size];
        _mask = size - 1;
        var chunks = (capacity >> ChunkBits) + 1;
        _keys = new ulong[]?[chunks];
        _next = new int[]?[chunks];
    }

    /// <summary>The entry with this key that was added last, or -1.</summary>
    public int Find(ulong key)
    {
        for (var i = _buckets[Bucket(key)]; i != 0; i = _next[(i - 1) >> ChunkBits]![(i - 1) & ChunkMask])
        {
            if (_keys[(i - 1) >> ChunkBits]![(i - 1) & ChunkMask] == key)
            {
                return i - 1;
            }
        }

        return -1;
    }

    /// <summary>The next entry with the same key behind one that was found, or -1.</summary>
    public int FindNext(ulong key, int entry)
    {
        for (var i = _next[entry >> ChunkBits]![entry & ChunkMask]; i != 0; i = _next[(i - 1) >> ChunkBits]![(i - 1) & ChunkMask])
        {
            if (_keys[(i - 1) >> ChunkBits]![(i - 1) & ChunkMask] == key)
            {
                return i - 1;
            }
        }

        return -1;
    }

    /// <summary>Adds an entry that is not in this index. Equal keys may stand in it more than once. The key is not 0.</summary>
    public void Add(ulong key, int entry)
    {
        var chunk = entry >> ChunkBits;
        var keys = _keys[chunk] ??= new ulong[ChunkMask + 1];
        var next = _next[chunk] ??= new int[ChunkMask + 1];
        ref var bucket = ref _buckets[Bucket(key)];
        keys[entry & ChunkMask] = key;
        next[entry & ChunkMask] = bucket;
        bucket = entry + 1;
    }

    /// <summary>Takes an entry out; nothing happens when it is not in this index.</summary>
    public void Remove(int entry)
    {
        var keys = _keys[entry >> ChunkBits];
        if (keys is null)
        {
            return;
        }

        ref var key = ref keys[entry & ChunkMask];
        if (key == 0)
        {
            return;
        }

        ref var link = ref _buckets[Bucket(key)];
        while (link != 0)
        {
            ref var next = ref _next[(link - 1) >> ChunkBits]![(link - 1) & ChunkMask];
            if (link == entry + 1)
            {
                link = next;
                break;
            }

            link = ref next;
        }

        key = 0;
    }

    private int Bucket(ulong key) => (int)(key >> 20) & _mask;
}

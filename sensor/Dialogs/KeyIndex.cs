namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// Finds entries of a slab by a 64-bit keyed hash. Chained; there are as many buckets as there were ever entries, rounded
/// up to a power of two, so that a small table stays in the cache (doubling takes about 10 ns for each entry). One node per
/// entry, 16 octets, in chunks: a step along a chain touches one cache line. Equal hashes are taken for equal keys: with a
/// secret key two different ones collide once in 2^64.
/// </summary>
internal sealed class KeyIndex
{
    private const int ChunkBits = 12;
    private const int ChunkMask = (1 << ChunkBits) - 1;
    private const int FirstBuckets = 1024;
    private readonly Node[]?[] _nodes;
    private int[] _buckets = new int[FirstBuckets];
    private int _mask = FirstBuckets - 1;
    private int _count;

    public KeyIndex(int capacity) => _nodes = new Node[]?[(capacity >> ChunkBits) + 1];

    /// <summary>The entry with this key that was added last, or -1.</summary>
    public int Find(ulong key) => FindFrom(_buckets[Bucket(key)], key);

    /// <summary>The next entry with the same key behind one that was found, or -1.</summary>
    public int FindNext(ulong key, int entry) => FindFrom(At(entry).Next, key);

    /// <summary>Adds an entry that is not in this index. Equal keys may stand in it more than once. The key is not 0.</summary>
    public void Add(ulong key, int entry)
    {
        if (_count++ == _buckets.Length)
        {
            Grow();
        }

        var nodes = _nodes[entry >> ChunkBits] ??= new Node[ChunkMask + 1];
        ref var bucket = ref _buckets[Bucket(key)];
        nodes[entry & ChunkMask] = new Node { Key = key, Next = bucket };
        bucket = entry + 1;
    }

    /// <summary>Takes an entry out; nothing happens when it is not in this index.</summary>
    public void Remove(int entry)
    {
        if (_nodes[entry >> ChunkBits] is not { } nodes)
        {
            return;
        }

        ref var node = ref nodes[entry & ChunkMask];
        if (node.Key == 0)
        {
            return;
        }

        ref var link = ref _buckets[Bucket(node.Key)];
        while (link != 0 && link != entry + 1)
        {
            link = ref At(link - 1).Next;
        }

        if (link != 0)
        {
            link = node.Next;
        }

        node.Key = 0;
        _count--;
    }

    /// <summary>How many entries share a bucket.</summary>
    public int Chain(int bucket)
    {
        var length = 0;
        for (var i = _buckets[bucket]; i != 0; i = At(i - 1).Next)
        {
            length++;
        }

        return length;
    }

    /// <summary>Twice the buckets; each chain becomes two, in which the entries keep their order.</summary>
    private void Grow()
    {
        var former = _buckets;
        _buckets = new int[former.Length * 2];
        _mask = _buckets.Length - 1;
        for (var bucket = 0; bucket < former.Length; bucket++)
        {
            ref var low = ref _buckets[bucket];
            ref var high = ref _buckets[bucket + former.Length];
            for (var link = former[bucket]; link != 0;)
            {
                ref var node = ref At(link - 1);
                var entry = link;
                link = node.Next;
                node.Next = 0;
                if (Bucket(node.Key) == bucket)
                {
                    low = entry;
                    low = ref node.Next;
                }
                else
                {
                    high = entry;
                    high = ref node.Next;
                }
            }
        }
    }

    private int FindFrom(int link, ulong key)
    {
        while (link != 0)
        {
            ref var node = ref At(link - 1);
            if (node.Key == key)
            {
                return link - 1;
            }

            link = node.Next;
        }

        return -1;
    }

    private int Bucket(ulong key) => (int)(key >> 20) & _mask;

    private ref Node At(int entry) => ref _nodes[entry >> ChunkBits]![entry & ChunkMask];

    private struct Node
    {
        /// <summary>0: the entry is not in the index.</summary>
        public ulong Key;

        /// <summary>Number of the next entry and 1, 0 at the end.</summary>
        public int Next;
    }
}

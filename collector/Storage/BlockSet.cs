namespace SensorNet.Collector.Storage;

/// <summary>A set of block ordinals of one segment. Not thread-safe.</summary>
internal sealed class BlockSet
{
    public const int Capacity = 2048;

    private readonly ulong[] words = new ulong[Capacity / 64];

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in words)
            {
                count += System.Numerics.BitOperations.PopCount(word);
            }

            return count;
        }
    }

    public static BlockSet All()
    {
        var set = new BlockSet();
        Array.Fill(set.words, ulong.MaxValue);
        return set;
    }

    public void Add(int block)
    {
        if ((uint)block < Capacity)
        {
            words[block >> 6] |= 1UL << block;
        }
    }

    public void Remove(int block) => words[block >> 6] &= ~(1UL << block);

    public bool Contains(int block) => (uint)block < Capacity && (words[block >> 6] & (1UL << block)) != 0;

    public void IntersectWith(BlockSet other)
    {
        for (var i = 0; i < words.Length; i++)
        {
            words[i] &= other.words[i];
        }
    }

    public void UnionWith(BlockSet other)
    {
        for (var i = 0; i < words.Length; i++)
        {
            words[i] |= other.words[i];
        }
    }
}

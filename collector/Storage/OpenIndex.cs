namespace SensorNet.Collector.Storage;

/// <summary>
/// The index of a segment that still grows: for every field the (term, block) pairs in order of arrival, scanned when
/// asked. The commit thread writes, any thread reads what was there when it began.
/// </summary>
internal sealed class OpenIndex
{
    private readonly Postings[] fields = new Postings[IndexTerms.FieldCount];
    private readonly (string? Text, int Block)[] last = new (string?, int)[IndexTerms.FieldCount];

    public OpenIndex()
    {
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = new Postings();
        }
    }

    /// <summary>Whether this text was the last one added to the field, in the same block; remembers it if not.</summary>
    public bool IsLast(IndexField field, string text, int block)
    {
        ref var entry = ref last[(int)field];
        if (entry.Block == block && entry.Text == text)
        {
            return true;
        }

        entry = (text, block);
        return false;
    }

    public void Add(IndexField field, ulong term, ushort block) => fields[(int)field].Add((term << 16) | block);

    /// <summary>Adds to <paramref name="blocks"/> those that may hold a term from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public void Find(IndexField field, ulong low, ulong high, BlockSet blocks)
    {
        foreach (var pair in fields[(int)field].Snapshot())
        {
            if ((pair >> 16) - low <= high - low)
            {
                blocks.Add((int)(pair & 0xFFFF));
            }
        }
    }

    /// <summary>All pairs (term in the upper 48 bits, block in the lower 16) of a field, sorted, each once.</summary>
    public ulong[] Sorted(IndexField field)
    {
        var pairs = fields[(int)field].Snapshot().ToArray();
        Array.Sort(pairs);
        var kept = 0;
        for (var i = 0; i < pairs.Length; i++)
        {
            if (i == 0 || pairs[i] != pairs[kept - 1])
            {
                pairs[kept++] = pairs[i];
            }
        }

        return pairs[..kept];
    }

    private sealed class Postings
    {
        private ulong[] pairs = new ulong[64];
        private int count;

        public void Add(ulong pair)
        {
            if (count > 0 && pairs[count - 1] == pair)
            {
                return;
            }

            if (count == pairs.Length)
            {
                var larger = new ulong[count * 2];
                pairs.CopyTo(larger, 0);
                Volatile.Write(ref pairs, larger);
            }

            pairs[count] = pair;
            Volatile.Write(ref count, count + 1);
        }

        // The count is read before the array: the array is at least as new, and never shrinks.
        public ReadOnlySpan<ulong> Snapshot()
        {
            var length = Volatile.Read(ref count);
            return Volatile.Read(ref pairs).AsSpan(0, length);
        }
    }
}

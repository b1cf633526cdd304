namespace SensorNet.Collector.Storage;

/// <summary>
/// What is kept in memory of one segment: how many rows it has, and the earliest and latest event time of each block
/// (16 bytes per block). The commit thread widens the times of the open segment; readers see rows only after
/// <see cref="Publish"/>.
/// </summary>
internal sealed class Segment(uint number, int blocks)
{
    private readonly long[] earliest = new long[blocks];
    private readonly long[] latest = new long[blocks];
    private int rows;
    private bool merged;

    public uint Number { get; } = number;

    /// <summary>Rows that are durable and may be read.</summary>
    public int Rows => Volatile.Read(ref rows);

    public int Blocks => (Rows + StoreKeys.BlockEvents - 1) / StoreKeys.BlockEvents;

    /// <summary>The index while it is in memory; null once the sealed index is stored.</summary>
    public OpenIndex? Index { get; set; } = new();

    /// <summary>The segment takes no more events and its index is stored.</summary>
    public bool IsSealed => Index is null;

    /// <summary>Earliest event time of all blocks; <see cref="long.MaxValue"/> when empty.</summary>
    public long Earliest { get; private set; } = long.MaxValue;

    /// <summary>Latest event time of all blocks; <see cref="long.MinValue"/> when empty.</summary>
    public long Latest { get; private set; } = long.MinValue;

    /// <summary>When the newest event was taken in; what retention goes by.</summary>
    public long LatestIngest { get; set; }

    /// <summary>What its blocks take on the disk.</summary>
    public long Bytes { get; set; }

    /// <summary>Its index was merged with those of the other segments of its <see cref="IndexMerge">group</see>.</summary>
    public bool IsMerged
    {
        get => Volatile.Read(ref merged);
        set => Volatile.Write(ref merged, value);
    }

    public long EarliestOf(int block) => earliest[block];

    public long LatestOf(int block) => latest[block];

    /// <summary>Whether the block may hold events in [from, to); 0 leaves that end open.</summary>
    public bool Overlaps(int block, long from, long to) =>
        (from == 0 || latest[block] >= from) && (to == 0 || earliest[block] < to);

    public bool Overlaps(long from, long to) => (from == 0 || Latest >= from) && (to == 0 || Earliest < to);

    /// <summary>An event is being added to a block.</summary>
    public void Widen(int block, long time, bool first)
    {
        earliest[block] = first ? time : Math.Min(earliest[block], time);
        latest[block] = first ? time : Math.Max(latest[block], time);
        Earliest = Math.Min(Earliest, time);
        Latest = Math.Max(Latest, time);
    }

    public void SetBlock(int block, long first, long last)
    {
        earliest[block] = first;
        latest[block] = last;
        Earliest = Math.Min(Earliest, first);
        Latest = Math.Max(Latest, last);
    }

    public void Publish(int count) => Volatile.Write(ref rows, count);
}

using System.Buffers.Binary;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Objects;

/// <summary>
/// Counts events per minute and per hour of event time, by the dimensions of <see cref="Dimension"/>. Counts are held back
/// for some seconds; readers get them from here meanwhile (<see cref="Pending"/>). Commit thread, except where said.
/// </summary>
internal sealed class RollupStage : ICommitStage
{
    private const int MinuteTop = 200;
    private const int HourTop = 1000;

    /// <summary>About what one minute gives: it bounds how many minutes are held back when events are late.</summary>
    private const int RowsPerMinute = 25;

    private readonly IStoreReader store;
    private readonly StageCursor cursor;
    private readonly Lock gate = new();
    private Dictionary<uint, MinuteCounts> pending = [];
    private Dictionary<uint, MinuteCounts> storing = [];
    private MinuteCounts? lastMinute;
    private uint last;

    public RollupStage(IStoreReader store)
    {
        this.store = store;
        cursor = new StageCursor(store, "rollups");
        foreach (var stored in store.ReadAfter(cursor.Position))
        {
            Apply(stored.Position, stored.Event);
        }
    }

    public void OnEvent(ulong position, Event e, ICommit commit) => Apply(position, e);

    public void OnBatchEnd(ICommit commit)
    {
        if (!cursor.IsDue(commit.IngestTime, pending.Count * RowsPerMinute) && !commit.IsLast)
        {
            return;
        }

        lock (gate)
        {
            storing = pending;
            pending = [];
            lastMinute = null;
        }

        foreach (var group in storing.GroupBy(m => m.Key / 60))
        {
            Store(commit, RollupKeys.Hours, group.Key, HourTop, [.. group.Select(m => m.Value)]);
            foreach (var (minute, counts) in group)
            {
                Store(commit, RollupKeys.Minutes, minute, MinuteTop, [counts]);
            }
        }

        cursor.Store(commit);
    }

    public void OnDurable()
    {
        if (storing.Count > 0)
        {
            lock (gate)
            {
                storing = [];
            }
        }
    }

    /// <summary>Counts of minutes in [from, to) that are not in the store yet. Thread-safe.</summary>
    public IReadOnlyList<(Dimension Dimension, uint Minute, string Value, ulong Count)> Pending(uint from, uint to)
    {
        var result = new List<(Dimension, uint, string, ulong)>();
        lock (gate)
        {
            foreach (var (minute, counts) in pending.Concat(storing))
            {
                if (minute < from || minute >= to)
                {
                    continue;
                }

                result.AddRange(counts.Counts().Select(c => (c.Dimension, minute, c.Value, c.Count)));
                result.AddRange(counts.Sources().Select(v => (Dimension.Source, minute, v.Key, v.Value)));
                result.AddRange(counts.Users().Select(v => (Dimension.User, minute, v.Key, v.Value)));
            }
        }

        return result;
    }

    private void Apply(ulong position, Event e)
    {
        cursor.Advance(position);
        var minute = RollupKeys.MinuteOf(e.EventTime);
        lock (gate)
        {
            if (lastMinute is null || minute != last)
            {
                if (!pending.TryGetValue(minute, out lastMinute))
                {
                    pending[minute] = lastMinute = new MinuteCounts();
                }

                last = minute;
            }

            lastMinute.Add(e);
        }
    }

    private void Store(ICommit commit, byte resolution, uint bucket, int top, IReadOnlyList<MinuteCounts> minutes)
    {
        var value = new byte[8];
        foreach (var cell in minutes.SelectMany(m => m.Counts()).GroupBy(c => (c.Dimension, c.Value)))
        {
            var key = RollupKeys.Of(resolution, cell.Key.Dimension, bucket, cell.Key.Value);
            var before = store.Get(Table.Rollups, key) is { Length: 8 } stored ? BinaryPrimitives.ReadUInt64LittleEndian(stored) : 0;
            BinaryPrimitives.WriteUInt64LittleEndian(value, before + cell.Aggregate(0UL, (sum, c) => sum + c.Count));
            commit.Put(Table.Rollups, key, value);
        }

        StoreTop(commit, RollupKeys.Of(resolution, Dimension.Source, bucket), top, minutes.SelectMany(m => m.Sources()));
        StoreTop(commit, RollupKeys.Of(resolution, Dimension.User, bucket), top, minutes.SelectMany(m => m.Users()));
    }

    private void StoreTop(ICommit commit, byte[] key, int keep, IEnumerable<KeyValuePair<string, ulong>> gained)
    {
        var list = TopList.Decode(store.Get(Table.Rollups, key));
        foreach (var (value, count) in gained)
        {
            list[value] = list.GetValueOrDefault(value) + count;
        }

        if (list.Count > 0)
        {
            commit.Put(Table.Rollups, key, TopList.Encode(list, keep));
        }
    }
}

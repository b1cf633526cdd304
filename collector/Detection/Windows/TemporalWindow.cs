using System.Runtime.CompilerServices;

namespace SensorNet.Collector.Detection.Windows;

/// <summary>
/// <c>temporal</c> and <c>temporal_ordered</c>: matches of different rules within the timespan. Of each rule the eight
/// newest matches of a key are kept, in which the entry's mark is the number of the rule.
/// </summary>
internal sealed class TemporalWindow(int rules, bool ordered, long timespan, int capacity, Func<uint, bool>? satisfied) : Window
{
    private const int KeptPerRule = 8;
    private readonly KeyTable<EntryList> _keys = new(capacity);

    public override long Evictions => _keys.Evictions;

    public override int Keys => _keys.Count;

    public override Func<UInt128, bool>? Pinned
    {
        set => _keys.Pinned = value;
    }

    public override bool Add(UInt128 key, in Occurrence occurrence, int source, ulong value, long low, Firing firing)
    {
        ref var entries = ref _keys.GetOrAdd(key, occurrence.Time, low - timespan - Lateness, out _);
        var index = entries.Place(occurrence.Time, (ulong)source, out var duplicate);
        if (duplicate)
        {
            return false;
        }

        entries.Insert(index, new WindowEntry(occurrence.Time, (ulong)source, occurrence.Position));
        var removed = Superfluous(entries.Span, (ulong)source);
        if (removed >= 0)
        {
            entries.RemoveAt(removed);
            if (removed == index)
            {
                return false;
            }

            index -= removed < index ? 1 : 0;
        }

        return ordered ? FiresInOrder(entries.Span, index, firing) : Fires(entries.Span, index, firing);
    }

    public override WindowState Peek(UInt128 key, long now)
    {
        ref var entries = ref _keys.Find(key);
        if (Unsafe.IsNullRef(ref entries) || entries.Count == 0)
        {
            return default;
        }

        var span = entries.Span;
        var present = 0u;
        var first = span.Length - 1;
        for (var i = span.Length - 1; i >= 0 && now - span[i].Time <= timespan; i--)
        {
            present |= 1u << (int)span[i].Mark;
            first = i;
        }

        return new WindowState(System.Numerics.BitOperations.PopCount(present), span[first].Time, span[^1].Time, Complete: IsComplete(present));
    }

    public override void Forget(UInt128 key) => _keys.Remove(key);

    /// <summary>
    /// The entry to drop when a rule has more than are kept: the oldest; in an ordered correlation the oldest that the
    /// rule's next entry can stand in for, because no match of the following rule lies between the two. -1: none.
    /// </summary>
    private int Superfluous(Span<WindowEntry> entries, ulong rule)
    {
        int oldest = -1, previous = -1, replaceable = -1, count = 0;
        var followed = false;
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Mark == rule)
            {
                count++;
                oldest = oldest < 0 ? i : oldest;
                if (previous >= 0 && !followed && replaceable < 0)
                {
                    replaceable = previous;
                }

                previous = i;
                followed = false;
            }
            else if (entries[i].Mark == rule + 1)
            {
                followed = true;
            }
        }

        return count <= KeptPerRule ? -1 : ordered && replaceable >= 0 ? replaceable : oldest;
    }

    private bool IsComplete(uint present) =>
        satisfied is null ? present == (rules == 32 ? uint.MaxValue : (1u << rules) - 1) : satisfied(present);

    private bool Fires(Span<WindowEntry> entries, int index, Firing firing)
    {
        for (var start = index; start >= 0 && entries[index].Time - entries[start].Time <= timespan; start--)
        {
            var present = 0u;
            var end = start;
            while (end < entries.Length && entries[end].Time - entries[start].Time <= timespan)
            {
                present |= 1u << (int)entries[end].Mark;
                end++;
            }

            if (IsComplete(present))
            {
                firing.Begin(System.Numerics.BitOperations.PopCount(present));
                foreach (ref var entry in entries[start..end])
                {
                    firing.Take(ref entry);
                }

                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a chain of one match per rule, in the rules' order of time, goes through the entry at <paramref name="index"/>.</summary>
    private bool FiresInOrder(Span<WindowEntry> entries, int index, Firing firing)
    {
        Span<int> chain = stackalloc int[rules];
        var role = (int)entries[index].Mark;
        chain[role] = index;

        // The latest predecessors and the earliest successors make the shortest chain through this entry.
        for (var rule = role - 1; rule >= 0; rule--)
        {
            var before = Before(entries, entries[chain[rule + 1]].Time, (ulong)rule);
            if (before < 0)
            {
                return false;
            }

            chain[rule] = before;
        }

        for (var rule = role + 1; rule < rules; rule++)
        {
            var after = After(entries, entries[chain[rule - 1]].Time, (ulong)rule);
            if (after < 0)
            {
                return false;
            }

            chain[rule] = after;
        }

        if (entries[chain[^1]].Time - entries[chain[0]].Time > timespan)
        {
            return false;
        }

        firing.Begin(rules);
        foreach (var member in chain)
        {
            firing.Take(ref entries[member]);
        }

        return true;
    }

    private static int Before(Span<WindowEntry> entries, long time, ulong rule)
    {
        for (var i = entries.Length - 1; i >= 0; i--)
        {
            if (entries[i].Mark == rule && entries[i].Time <= time)
            {
                return i;
            }
        }

        return -1;
    }

    private static int After(Span<WindowEntry> entries, long time, ulong rule)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries[i].Mark == rule && entries[i].Time >= time)
            {
                return i;
            }
        }

        return -1;
    }
}

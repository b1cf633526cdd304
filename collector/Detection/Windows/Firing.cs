namespace SensorNet.Collector.Detection.Windows;

/// <summary>What a window found. One object per engine, filled anew each time; copy what is to be kept.</summary>
internal sealed class Firing
{
    /// <summary>Event times of the window's first and last event.</summary>
    public long First { get; private set; }

    public long Last { get; private set; }

    /// <summary>The counted or computed value that met the condition.</summary>
    public double Value { get; private set; }

    /// <summary>How many events no earlier firing has counted; <see cref="Evidence"/> may hold fewer of them.</summary>
    public int Events { get; private set; }

    /// <summary>Positions of the events that no earlier firing has counted, oldest first.</summary>
    public List<ulong> Evidence { get; } = [];

    public void Begin(double value)
    {
        First = long.MaxValue;
        Last = long.MinValue;
        Value = value;
        Events = 0;
        Evidence.Clear();
    }

    /// <summary>Takes the entries of a window in, which are in order of time; marks them as counted.</summary>
    public void Take(Span<WindowEntry> entries)
    {
        First = Math.Min(First, entries[0].Time);
        Last = Math.Max(Last, entries[^1].Time);
        foreach (ref var entry in entries)
        {
            if (!entry.Counted)
            {
                entry.Counted = true;
                Evidence.Add(entry.Position);
                Events++;
            }
        }
    }

    /// <summary>Takes an entry of the window in; marks it as counted.</summary>
    public void Take(ref WindowEntry entry)
    {
        First = Math.Min(First, entry.Time);
        Last = Math.Max(Last, entry.Time);
        if (!entry.Counted)
        {
            entry.Counted = true;
            Evidence.Add(entry.Position);
            Events++;
        }
    }

    /// <summary>Takes several events of one time in.</summary>
    public void Take(long time, IEnumerable<ulong> positions, int events)
    {
        First = Math.Min(First, time);
        Last = Math.Max(Last, time);
        Evidence.AddRange(positions);
        Events += events;
    }

    /// <summary>Takes an event in that earlier firings may have counted.</summary>
    public void Take(long time, ulong position, bool counted)
    {
        First = Math.Min(First, time);
        Last = Math.Max(Last, time);
        if (!counted)
        {
            Evidence.Add(position);
            Events++;
        }
    }

    /// <summary>A firing of one event alone.</summary>
    public void Single(long time, ulong position)
    {
        Begin(1);
        First = Last = time;
        Evidence.Add(position);
        Events = 1;
    }
}

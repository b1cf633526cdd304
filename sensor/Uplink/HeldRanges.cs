namespace SensorNet.Sensor.Uplink;

/// <summary>Sequences that the collector holds already although something before them is missing. Immutable.</summary>
internal sealed class HeldRanges
{
    private readonly List<(ulong First, ulong Last)> _ranges = [];

    /// <param name="pairs">first, last, first, last ...; malformed pairs are left out.</param>
    public HeldRanges(IReadOnlyList<ulong> pairs)
    {
        for (var i = 0; i + 1 < pairs.Count; i += 2)
        {
            if (pairs[i] > 0 && pairs[i] <= pairs[i + 1])
            {
                _ranges.Add((pairs[i], pairs[i + 1]));
            }
        }

        _ranges.Sort();
    }

    /// <summary>The first sequence at or after this one that the collector lacks.</summary>
    public ulong NextMissing(ulong seq)
    {
        foreach (var (first, last) in _ranges)
        {
            if (seq < first)
            {
                break;
            }

            if (seq <= last)
            {
                seq = last + 1;
            }
        }

        return seq;
    }

    /// <summary>How many sequences from this one on the collector lacks before the next that it holds.</summary>
    public ulong MissingRun(ulong seq)
    {
        foreach (var (first, _) in _ranges)
        {
            if (first > seq)
            {
                return first - seq;
            }
        }

        return ulong.MaxValue;
    }
}

using System.Globalization;

namespace SensorNet.Sensor.Decode;

/// <summary>
/// A set of port numbers, written as a list of ports and ranges: <c>5060-5091, 5160</c>. Immutable once built,
/// so it may be shared between threads.
/// </summary>
internal sealed class PortSet
{
    private readonly bool[] _member = new bool[65536];

    private PortSet(IReadOnlyList<(ushort First, ushort Last)> ranges)
    {
        Ranges = ranges;
        foreach (var (first, last) in ranges)
        {
            _member.AsSpan(first, last - first + 1).Fill(true);
        }
    }

    public static PortSet Empty { get; } = new([]);

    /// <summary>Every port but 0, which no socket has.</summary>
    public static PortSet All { get; } = new([(1, 65535)]);

    /// <summary>The ranges in ascending order, not overlapping and not touching; both ends belong to the set.</summary>
    public IReadOnlyList<(ushort First, ushort Last)> Ranges { get; }

    public bool IsEmpty => Ranges.Count == 0;

    public bool Contains(ushort port) => _member[port];

    /// <summary>A set of single ports.</summary>
    public static PortSet Of(params ushort[] ports) => new(Merge([.. ports.Select(port => (port, port))]));

    /// <summary>Every port that is in this set or in the other.</summary>
    public PortSet Union(PortSet other) => new(Merge([.. Ranges, .. other.Ranges]));

    /// <summary>Reads <c>5060-5091, 5160</c>; an empty text is the empty set.</summary>
    /// <exception cref="FormatException">The text is not a list of ports and ranges; the message says which item.</exception>
    public static PortSet Parse(string text)
    {
        var ranges = new List<(ushort First, ushort Last)>();
        foreach (var item in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var dash = item.IndexOf('-', StringComparison.Ordinal);
            var first = ParsePort(dash < 0 ? item : item[..dash], item);
            var last = dash < 0 ? first : ParsePort(item[(dash + 1)..], item);
            if (last < first)
            {
                throw new FormatException($"'{item}' is not a port range: its end is below its start.");
            }

            ranges.Add((first, last));
        }

        return new PortSet(Merge(ranges));
    }

    public override string ToString() =>
        string.Join(", ", Ranges.Select(r => r.First == r.Last ? $"{r.First}" : $"{r.First}-{r.Last}"));

    private static ushort ParsePort(string text, string item) =>
        ushort.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port != 0
            ? port
            : throw new FormatException($"'{item}' is not a port: write a number from 1 to 65535, or a range such as 5060-5091.");

    private static List<(ushort First, ushort Last)> Merge(List<(ushort First, ushort Last)> ranges)
    {
        var merged = new List<(ushort First, ushort Last)>();
        foreach (var (first, last) in ranges.Order())
        {
            if (merged.Count > 0 && first <= merged[^1].Last + 1)
            {
                merged[^1] = (merged[^1].First, Math.Max(last, merged[^1].Last));
            }
            else
            {
                merged.Add((first, last));
            }
        }

        return merged;
    }
}

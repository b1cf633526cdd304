using SensorNet.Proto;

namespace SensorNet.Collector.Query;

/// <summary>Finds the field that a query names.</summary>
internal static class QueryField
{
    private const string Attributes = "attributes.";

    /// <exception cref="QueryException">There is none of that name.</exception>
    public static EventField Resolve(string name, int column)
    {
        if (EventFields.TryGet(name, out var field))
        {
            return field;
        }

        if (name.StartsWith(Attributes, StringComparison.OrdinalIgnoreCase) && name.Length > Attributes.Length)
        {
            return EventFields.Resolve(name);
        }

        var near = Nearest(name);
        throw new QueryException($"There is no field \"{name}\"{(near is null ? "" : $"; did you mean \"{near}\"?")} (an attribute is written attributes.{name}; text with a colon is put in quotes)", column);
    }

    private static string? Nearest(string name)
    {
        string? best = null;
        var bestDistance = Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in EventFields.All.SelectMany(f => f.Aliases.Prepend(f.Name)))
        {
            var distance = Distance(name, candidate, bestDistance);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>Edits between two names; <paramref name="limit"/> when there are at least so many.</summary>
    private static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) >= limit || a.Length > 64)
        {
            return limit;
        }

        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1));
                diagonal = above;
            }
        }

        return Math.Min(row[b.Length], limit);
    }
}

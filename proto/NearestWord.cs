namespace SensorNet.Proto;

/// <summary>What somebody may have meant who wrote a word that is not known: a field, a key, an option, a type.</summary>
public static class NearestWord
{
    private const int Longest = 64;

    /// <summary>
    /// The known word that a mistyped one is at most a third of its letters (and at least one) away from, or else the
    /// first that goes on where it ends (`sip.status` for `sip.status_code`). Case does not matter.
    /// </summary>
    /// <param name="word">What was written; longer than 64 characters it is like none.</param>
    /// <param name="known">The words that there are.</param>
    /// <returns>One of <paramref name="known"/>, or null.</returns>
    public static string? Of(string word, IEnumerable<string> known)
    {
        if (word.Length is 0 or > Longest)
        {
            return null;
        }

        string? nearest = null;
        string? longer = null;
        var limit = Math.Max(1, word.Length / 3) + 1;
        foreach (var candidate in known)
        {
            var distance = Distance(word, candidate, limit);
            if (distance < limit)
            {
                (nearest, limit) = (candidate, distance);
            }
            else if (longer is null && candidate.Length > word.Length && candidate[word.Length] is '.' or '_' or '-' && candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                longer = candidate;
            }
        }

        return nearest ?? longer;
    }

    /// <summary>Letters to insert, delete or change (Levenshtein); <paramref name="limit"/> when there are at least so many.</summary>
    private static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) >= limit)
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
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (same ? 0 : 1));
                diagonal = above;
            }
        }

        return Math.Min(row[b.Length], limit);
    }
}

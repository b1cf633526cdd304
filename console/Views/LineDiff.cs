namespace SensorNet.Console.Views;

/// <summary>The lines in which two texts differ, in order. Pure.</summary>
internal static class LineDiff
{
    private const int MostLines = 500;

    /// <summary><c>-</c> only in the first, <c>+</c> only in the second, a space in both. Of longer texts the first 500 lines.</summary>
    public static IEnumerable<(char Sign, string Line)> Of(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        var (n, m) = (Math.Min(one.Count, MostLines), Math.Min(other.Count, MostLines));

        // longest[i, j]: how many lines the texts from i and from j on have in common, in order.
        var longest = new int[n + 1, m + 1];
        for (var i = n - 1; i >= 0; i--)
        {
            for (var j = m - 1; j >= 0; j--)
            {
                longest[i, j] = one[i] == other[j] ? longest[i + 1, j + 1] + 1 : Math.Max(longest[i + 1, j], longest[i, j + 1]);
            }
        }

        for (int i = 0, j = 0; i < n || j < m;)
        {
            if (i < n && j < m && one[i] == other[j])
            {
                yield return (' ', one[i]);
                (i, j) = (i + 1, j + 1);
            }
            else if (i < n && (j == m || longest[i + 1, j] >= longest[i, j + 1]))
            {
                yield return ('-', one[i++]);
            }
            else
            {
                yield return ('+', other[j++]);
            }
        }
    }
}

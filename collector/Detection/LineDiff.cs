namespace SensorNet.Collector.Detection;

/// <summary>The difference of two texts, line by line: the longest common subsequence, as diff(1) shows it.</summary>
internal static class LineDiff
{
    private const int LongestText = 2000;
    private const int Context = 2;

    /// <returns>Lines that begin with "-", "+" or a space; of what is the same only what stands beside a change.</returns>
    public static IReadOnlyList<string> Of(string before, string after)
    {
        var old = Lines(before);
        var now = Lines(after);
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
            {
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var all = new List<string>(old.Length + now.Length);
        int a = 0, b = 0;
        while (a < old.Length || b < now.Length)
        {
            if (a < old.Length && b < now.Length && old[a] == now[b])
            {
                all.Add($" {old[a++]}");
                b++;
            }
            else if (b >= now.Length || (a < old.Length && common[a + 1, b] >= common[a, b + 1]))
            {
                all.Add($"-{old[a++]}");
            }
            else
            {
                all.Add($"+{now[b++]}");
            }
        }

        return [.. all.Where((line, i) => line[0] != ' ' || Enumerable.Range(i - Context, (2 * Context) + 1).Any(n => n >= 0 && n < all.Count && all[n][0] != ' '))];
    }

    private static string[] Lines(string text) => [.. text.TrimEnd('\n').Split('\n').Take(LongestText)];
}

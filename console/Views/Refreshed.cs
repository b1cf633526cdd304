namespace SensorNet.Console.Views;

/// <summary>Takes a fresh list and keeps the objects that did not change, so that their rows need not be made anew.</summary>
internal static class Refreshed
{
    /// <summary>The former list itself when nothing changed.</summary>
    public static IReadOnlyList<T> Keep<T>(IReadOnlyList<T> former, List<T> fresh, Func<T, string> key)
        where T : class
    {
        var known = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var item in former)
        {
            known[key(item)] = item;
        }

        var same = former.Count == fresh.Count;
        for (var i = 0; i < fresh.Count; i++)
        {
            if (known.TryGetValue(key(fresh[i]), out var old) && old.Equals(fresh[i]))
            {
                fresh[i] = old;
            }

            same = same && ReferenceEquals(former[i], fresh[i]);
        }

        return same ? former : fresh;
    }
}

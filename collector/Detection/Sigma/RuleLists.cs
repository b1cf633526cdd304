using SensorNet.Collector.Lists;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// The lists that rules may name while they are compiled: those of the overlay files that are being read, and those of
/// the running collector when there is one.
/// </summary>
/// <param name="overlay">Lists of the overlay files.</param>
/// <param name="book">The collector's lists; null for rules that are only checked.</param>
internal sealed class RuleLists(IReadOnlyDictionary<string, IReadOnlyList<string>> overlay, ListBook? book)
{
    /// <summary>Where the list's values are read while rules run; null when there is no such list.</summary>
    public NamedValues? Find(string name)
    {
        if (book is not null)
        {
            return overlay.ContainsKey(name) || book.Exists(name) ? book.Of(name) : null;
        }

        if (!overlay.TryGetValue(name, out var values))
        {
            return KnownList.All.Any(l => l.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ? new NamedValues(name, ListKind.Text) : null;
        }

        var alone = new NamedValues(name, ListKind.Text);
        alone.Use(values);
        return alone;
    }

    /// <summary>The values as far as they are known now, to judge whether they can be used in a rule.</summary>
    public IReadOnlyList<string> ValuesOf(string name) =>
        [.. overlay.TryGetValue(name, out var values) ? values : [], .. book is not null && book.Exists(name) ? book.Of(name).Values : []];
}

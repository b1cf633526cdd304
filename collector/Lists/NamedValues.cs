using SensorNet.Collector.Detection.Producers;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.V1;

namespace SensorNet.Collector.Lists;

/// <summary>
/// The values of one named list as rules and enrichment read them. Replaced as a whole when an entry comes or goes;
/// readers compare <see cref="Version"/> and take the new values from the next event on. Reading is thread-safe.
/// </summary>
internal sealed class NamedValues(string name, ListKind kind)
{
    private volatile Content _content = new(0, [], new PrefixSet([], ""));

    public string Name => name;

    public ListKind Kind { get; } = kind;

    /// <summary>Grows with every change.</summary>
    public int Version => _content.Version;

    public IReadOnlyList<string> Values => _content.Values;

    /// <summary>The values as networks; of a list of addresses only.</summary>
    public PrefixSet Networks => _content.Networks;

    /// <summary>Other values from now on.</summary>
    public void Use(IReadOnlyList<string> values) =>
        _content = new Content(_content.Version + 1, values, new PrefixSet(Kind == ListKind.Address ? values.Where(v => AddressPrefix.TryParse(v, out _)) : [], name));

    private sealed record Content(int Version, IReadOnlyList<string> Values, PrefixSet Networks);
}

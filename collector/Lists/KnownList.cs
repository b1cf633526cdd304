using SensorNet.V1;

namespace SensorNet.Collector.Lists;

/// <summary>A list that the collector knows by itself.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="Description">What it is for, one sentence.</param>
internal sealed record KnownList(string Name, ListKind Kind, string Description)
{
    public const string Trusted = "trusted_sources";
    public const string Carriers = "carriers";
    public const string OwnNumbers = "own_numbers";
    public const string HighRisk = "high_risk_prefixes";
    public const string Blocked = "blocked";
    public const string Watched = "watched";

    public static IReadOnlyList<KnownList> All { get; } =
    [
        new(Blocked, ListKind.Address, "Sources that operators' own firewall tooling is to keep out."),
        new(Carriers, ListKind.Address, "Carriers and trunks: calls from there need no credentials."),
        new(HighRisk, ListKind.Number, "Prefixes with much revenue share fraud."),
        new(OwnNumbers, ListKind.Number, "Prefixes of this operator's own numbers."),
        new(Trusted, ListKind.Address, "Sources that no rule counts: monitoring, own scanners."),
        new(Watched, ListKind.Address, "Sources under observation: their events carry source.listed_by."),
    ];

    public static ListKind KindOf(string name) => All.FirstOrDefault(l => l.Name == name)?.Kind ?? ListKind.Text;
}

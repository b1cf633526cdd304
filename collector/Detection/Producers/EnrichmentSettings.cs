namespace SensorNet.Collector.Detection.Producers;

/// <summary>What enrichment and the producers need to know of this network.</summary>
internal sealed record EnrichmentSettings
{
    /// <summary>Addresses and networks that no rule counts.</summary>
    public IReadOnlyList<string> TrustedSources { get; init; } = [];

    /// <summary>Addresses and networks of trunks.</summary>
    public IReadOnlyList<string> Carriers { get; init; } = [];

    /// <summary>Country calling code without plus; empty: unknown.</summary>
    public string HomeCountryCode { get; init; } = "";

    /// <summary>Prefixes of our own numbers, in E.164 without plus.</summary>
    public IReadOnlyList<string> OwnNumbers { get; init; } = [];

    /// <summary>E.164 prefixes at high risk of revenue share fraud.</summary>
    public IReadOnlyList<string> HighRiskPrefixes { get; init; } = [];

    /// <summary>How long an entity must be known before something new about it is worth an event.</summary>
    public TimeSpan Learning { get; init; } = TimeSpan.FromHours(24);
}

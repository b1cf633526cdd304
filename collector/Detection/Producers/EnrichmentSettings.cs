namespace SensorNet.Collector.Detection.Producers;

/// <summary>What enrichment and the producers need to know of this network.</summary>
internal sealed record EnrichmentSettings
{
    /// <summary>Country calling code without plus; empty: unknown.</summary>
    public string HomeCountryCode { get; init; } = "";

    /// <summary>How long an entity must be known before something new about it is worth an event.</summary>
    public TimeSpan Learning { get; init; } = TimeSpan.FromHours(24);
}

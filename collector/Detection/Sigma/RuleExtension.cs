namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// The optional custom attribute <c>sensornet:</c> of a rule, which other Sigma tools ignore. It says how alerts are
/// kept, never what matches.
/// </summary>
internal sealed record RuleExtension
{
    public static RuleExtension None { get; } = new();

    /// <summary>For a rule on single events: the fields that tell its alerts apart. Empty: host, source and user.</summary>
    public IReadOnlyList<string> GroupBy { get; init; } = [];

    /// <summary>An alert without news for so long is over; the next firing opens another. Null: the larger of the timespan and one hour.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>Names of the rules whose alerts on the same subject this rule's alert makes superfluous.</summary>
    public IReadOnlyList<string> Inhibits { get; init; } = [];

    /// <summary>Evaluated and counted, but raises nothing.</summary>
    public bool DryRun { get; init; }

    public bool Disabled { get; init; }

    /// <summary>Also looks at events of sources on the trusted list.</summary>
    public bool IncludeTrusted { get; init; }
}

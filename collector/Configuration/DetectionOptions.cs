using SensorNet.Collector.Detection.Sigma;
using SensorNet.Proto.Configuration;

namespace SensorNet.Collector.Configuration;

/// <summary>What the rules need to know of this network.</summary>
internal sealed record DetectionOptions
{
    /// <summary>Directories of Sigma rules; empty: the catalogue beside the program.</summary>
    public required IReadOnlyList<string> RuleDirectories { get; init; }

    /// <summary>Addresses and networks that no rule counts.</summary>
    public required IReadOnlyList<string> TrustedSources { get; init; }

    /// <summary>Addresses and networks of trunks.</summary>
    public required IReadOnlyList<string> Carriers { get; init; }

    /// <summary>Country calling code without plus, for national and international numbers; empty: unknown.</summary>
    public required string HomeCountryCode { get; init; }

    /// <summary>Prefixes of our own numbers, in E.164 without plus.</summary>
    public required IReadOnlyList<string> OwnNumbers { get; init; }

    /// <summary>Paths of address databases in the MaxMind DB format.</summary>
    public IReadOnlyList<string> AddressDatabases { get; init; } = [];

    /// <summary>Paths of files of hostile addresses.</summary>
    public IReadOnlyList<string> ReputationLists { get; init; } = [];

    /// <summary>How much older than the newest event of its sensor an event may be and still be counted in order.</summary>
    public required TimeSpan Lateness { get; init; }

    /// <summary>Group keys held in memory over all rules.</summary>
    public required int MaxKeys { get; init; }

    private const string NoNetwork = "which is neither an address nor a network such as 192.0.2.0/24";

    public static DetectionOptions Read(ConfigurationSection section) => new()
    {
        RuleDirectories = Checked(section, "rules", Directory.Exists, "which is no directory", "Directories of Sigma rules (*.yml), each with an optional thresholds.yml; empty: the shipped catalogue."),
        TrustedSources = Checked(section, "trusted_sources", IsNetwork, NoNetwork, "Addresses and networks (CIDR) that no rule counts: monitoring, own scanners."),
        Carriers = Checked(section, "carriers", IsNetwork, NoNetwork, "Addresses and networks (CIDR) of carriers and trunks."),
        HomeCountryCode = ReadCountryCode(section),
        OwnNumbers = Checked(section, "own_numbers", IsDigits, "which is no number: write digits only, country code first", "Prefixes of this operator's own numbers, country code first, without plus."),
        AddressDatabases = section.List("address_databases", [], "Files in the MaxMind DB format (.mmdb) for countries and autonomous systems; read again on SIGHUP."),
        ReputationLists = section.List("reputation_lists", [], "Files of hostile addresses: text, or JSON of APIBAN or CrowdSec; read again on SIGHUP. A list is called after its file."),
        Lateness = section.Duration("lateness", TimeSpan.FromSeconds(5), TimeSpan.Zero, TimeSpan.FromDays(1), "How late an event may come and still be counted where it belongs before a window is judged empty."),
        MaxKeys = (int)section.Integer("max_keys", 1_000_000, 1000, 100_000_000, "Group keys held in memory over all rules."),
    };

    private static IReadOnlyList<string> Checked(ConfigurationSection section, string key, Func<string, bool> isGood, string problem, string description)
    {
        var values = section.List(key, [], description);
        return values.FirstOrDefault(v => !isGood(v)) is { } wrong ? throw section.Wrong(key, $"has `{wrong}`, {problem}") : values;
    }

    private static string ReadCountryCode(ConfigurationSection section)
    {
        var code = section.Text("home_country_code", "", "Country calling code without plus, e.g. 49; empty: every number with a country code is international.");
        return code.Length <= 3 && IsDigits(code) ? code : throw section.Wrong("home_country_code", $"is `{code}`; it must be one to three digits without plus, such as 49");
    }

    private static bool IsNetwork(string text) => AddressPrefix.TryParse(text.Trim(), out _);

    private static bool IsDigits(string text) => text.All(char.IsAsciiDigit);
}

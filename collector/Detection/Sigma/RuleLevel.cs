using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>Sigma's level words and the alert levels they stand for.</summary>
internal static class RuleLevel
{
    public static bool TryParse(string word, out AlertLevel level)
    {
        level = word.ToLowerInvariant() switch
        {
            "informational" => AlertLevel.Informational,
            "low" => AlertLevel.Low,
            "medium" => AlertLevel.Medium,
            "high" => AlertLevel.High,
            "critical" => AlertLevel.Critical,
            _ => AlertLevel.Unspecified,
        };
        return level != AlertLevel.Unspecified;
    }

    public static string Name(AlertLevel level) => level switch
    {
        AlertLevel.Informational => "informational",
        AlertLevel.Low => "low",
        AlertLevel.Medium => "medium",
        AlertLevel.High => "high",
        AlertLevel.Critical => "critical",
        _ => "unspecified",
    };
}

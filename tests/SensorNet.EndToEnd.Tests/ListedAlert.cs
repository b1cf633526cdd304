using System.Text.Json;

namespace SensorNet.EndToEnd.Tests;

/// <summary>An alert as <c>sensornet alerts list --json</c> prints it.</summary>
/// <param name="Rule">Name, e.g. v05_bruteforce.</param>
/// <param name="CatalogueId">The catalogue's number, e.g. v05; empty for rules outside it.</param>
/// <param name="Sources">The address it is about, or those of a distributed attack.</param>
internal sealed record ListedAlert(string Id, string Level, string Rule, string CatalogueId, IReadOnlySet<string> Sources, long Count, string Host)
{
    private static readonly string[] Levels = ["informational", "low", "medium", "high", "critical"];

    public bool IsAtLeast(string level) => Array.IndexOf(Levels, Level) >= Array.IndexOf(Levels, level);

    public static ListedAlert Read(JsonElement alert)
    {
        var sources = new HashSet<string>();
        if (alert.TryGetProperty("source_ip", out var source))
        {
            sources.Add(source.GetString()!);
        }

        if (alert.TryGetProperty("sources", out var several))
        {
            sources.UnionWith(several.EnumerateArray().Select(s => s.GetString()!));
        }

        var tags = alert.GetProperty("tags").EnumerateArray().Select(t => t.GetString()!);
        return new ListedAlert(
            alert.GetProperty("alert_id").GetString()!,
            alert.GetProperty("level").GetString()!,
            alert.GetProperty("rule").GetString()!,
            tags.FirstOrDefault(t => t.StartsWith("sensornet.", StringComparison.Ordinal))?["sensornet.".Length..] ?? "",
            sources,
            alert.GetProperty("count").GetInt64(),
            alert.TryGetProperty("host", out var host) ? host.GetString()! : "");
    }
}

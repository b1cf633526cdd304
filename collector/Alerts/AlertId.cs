using System.Security.Cryptography;
using System.Text;

namespace SensorNet.Collector.Alerts;

/// <summary>
/// Alert and incident ids: a hash of what the alert is about. Of one key's alerts each is anchored to the one before it,
/// so that the same events give the same ids on every replay, in whatever order they arrive.
/// </summary>
internal static class AlertId
{
    /// <param name="key">Rule and group key, see <see cref="AlertKey.Text"/>.</param>
    /// <param name="ruleVersion">The hash of the rule's text and thresholds.</param>
    /// <param name="previous">The id of the key's alert before; empty for its first.</param>
    public static string Of(string key, string ruleVersion, string previous) => Hash($"{key}\n{ruleVersion}\n{previous}");

    public static string OfIncident(string kind, string subject, string firstAlert) => Hash($"incident\n{kind}\n{subject}\n{firstAlert}");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}

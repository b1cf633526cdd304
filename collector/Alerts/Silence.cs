using SensorNet.Collector.Detection.Sigma;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>
/// No alerts of this kind until then: planned work, a known test. What is empty is not looked at; all that is given must hold.
/// </summary>
/// <param name="Rule">A rule's name, or its beginning followed by <c>*</c>.</param>
/// <param name="Source">An address or network.</param>
/// <param name="User">The user or AoR.</param>
/// <param name="Host">The host.</param>
/// <param name="Until">When it ends, nanoseconds since 1970 of the collector's clock.</param>
/// <param name="Comment">Why.</param>
internal sealed record Silence(string Rule, AddressPrefix? Source, string User, string Host, long Until, string Comment)
{
    public bool Covers(Alert alert, long now) =>
        now < Until
        && (Rule.Length == 0 || (Rule.EndsWith('*') ? alert.RuleName.StartsWith(Rule[..^1], StringComparison.OrdinalIgnoreCase) : alert.RuleName.Equals(Rule, StringComparison.OrdinalIgnoreCase)))
        && (Source is not { } network || (System.Net.IPAddress.TryParse(alert.SourceIp, out var address) && network.Contains(address.GetAddressBytes())))
        && (User.Length == 0 || alert.User.Equals(User, StringComparison.OrdinalIgnoreCase))
        && (Host.Length == 0 || alert.Host.Equals(Host, StringComparison.OrdinalIgnoreCase));
}

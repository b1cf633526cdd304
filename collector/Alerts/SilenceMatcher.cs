using System.Net;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>A silence, ready to be asked: no alerts of this kind until it expires.</summary>
internal sealed class SilenceMatcher
{
    private readonly AddressPrefix? _network;

    private SilenceMatcher(Silence silence, AddressPrefix? network)
    {
        Silence = silence;
        _network = network;
    }

    public Silence Silence { get; }

    /// <summary>Alerts that it kept from being raised; written on the commit thread, read anywhere.</summary>
    public long Silenced { get; set; }

    /// <returns>Null when it cannot be used; then <paramref name="error"/> says why.</returns>
    public static SilenceMatcher? Create(Silence silence, out string error)
    {
        error = "";
        if (silence.Rule.Length == 0 && silence.Source.Length == 0 && silence.User.Length == 0 && silence.Host.Length == 0 && silence.MaxLevel == AlertLevel.Unspecified)
        {
            error = "a silence needs one of rule, source, user, host or max_level: without any it would cover everything";
            return null;
        }

        if (silence.Source.Length == 0)
        {
            return new SilenceMatcher(silence, null);
        }

        if (AddressPrefix.TryParse(silence.Source, out var network))
        {
            return new SilenceMatcher(silence, network);
        }

        error = $"'{silence.Source}' is not an address or a network such as 192.0.2.0/24";
        return null;
    }

    public Silence Describe()
    {
        var silence = Silence.Clone();
        silence.Silenced = (ulong)Silenced;
        return silence;
    }

    public bool IsOver(long now) => now >= Silence.Expires;

    /// <summary>What is empty is not looked at; all that is given must hold.</summary>
    public bool Covers(Alert alert, long now) =>
        now >= Silence.Starts
        && now < Silence.Expires
        && (Silence.Rule.Length == 0 || CoversRule(alert.RuleName))
        && (_network is not { } network || (IPAddress.TryParse(alert.SourceIp, out var address) && network.Contains(address.GetAddressBytes())))
        && (Silence.User.Length == 0 || alert.User.Equals(Silence.User, StringComparison.OrdinalIgnoreCase))
        && (Silence.Host.Length == 0 || alert.Host.Equals(Silence.Host, StringComparison.OrdinalIgnoreCase))
        && (Silence.MaxLevel == AlertLevel.Unspecified || alert.Level <= Silence.MaxLevel);

    private bool CoversRule(string name) => Silence.Rule.EndsWith('*')
        ? name.StartsWith(Silence.Rule[..^1], StringComparison.OrdinalIgnoreCase)
        : name.Equals(Silence.Rule, StringComparison.OrdinalIgnoreCase);
}

using System.Net;
using Google.Protobuf;
using SensorNet.Collector.Detection;

namespace SensorNet.Collector.Alerts;

// Which alerts say less than another that is open, and are muted by it.
internal sealed partial class AlertBook
{
    // The compound rules of each part, by name; those whose key names no source are about a host and all who take part.
    private Dictionary<string, (string Rule, bool IsCampaign)[]> _inhibitors = [];

    /// <summary>
    /// A compound rule's alert mutes the alerts of its parts on the same subject, those that come later too. One that is
    /// about a host mutes those of the sources that take part in it. Of two rules that mute each other the later does.
    /// </summary>
    private void Inhibit(OpenAlert fresh)
    {
        foreach (var part in fresh.Rule!.Header.Extension.Inhibits)
        {
            foreach (var other in _index.OpenOf(part, fresh.Alert).ToList())
            {
                Mute(other, fresh);
            }
        }

        MuteSources(fresh);
        if (_inhibitors.TryGetValue(fresh.Alert.RuleName, out var inhibitors)
            && inhibitors.SelectMany(i => Over(fresh, i.Rule, i.IsCampaign)).LastOrDefault(o => o != fresh && o.Alert.InhibitedBy != fresh.Alert.AlertId) is { } compound)
        {
            fresh.Alert.InhibitedBy = compound.Alert.AlertId;
        }
    }

    /// <summary>The open alerts of a compound rule that tell of the part's subject. Many may be about one host, few of them campaigns.</summary>
    private IEnumerable<OpenAlert> Over(OpenAlert part, string rule, bool isCampaign)
    {
        var same = _index.OpenOf(rule, part.Alert);
        return isCampaign ? same.Concat(_index.OpenAbout(rule, part.Alert.Host).Where(c => TakesPart(part, c))) : same;
    }

    /// <summary>Mutes the parts' alerts about sources that have joined since the last time.</summary>
    private void MuteSources(OpenAlert compound)
    {
        var joined = compound.Sources.Count;
        if (joined == compound.MutedSources || compound.Rule is not CorrelationRule { KeyNamesSource: false } rule || rule.Header.Extension.Inhibits.Count == 0)
        {
            return;
        }

        foreach (var source in compound.Sources.After(compound.MutedSources).Select(AlertSubject.AddressText))
        {
            foreach (var other in rule.Header.Extension.Inhibits.SelectMany(part => _index.OpenAbout(part, source)).Where(o => o.Alert.Host == compound.Alert.Host).ToList())
            {
                Mute(other, compound);
            }
        }

        compound.MutedSources = joined;
    }

    private void Mute(OpenAlert part, OpenAlert compound)
    {
        if (part != compound && part.Alert.InhibitedBy.Length == 0)
        {
            part.Alert.InhibitedBy = compound.Alert.AlertId;
            Changed(part, "note", notify: false);
        }
    }

    private static bool TakesPart(OpenAlert part, OpenAlert compound) =>
        compound.Alert.Host == part.Alert.Host
        && compound.Rule is CorrelationRule { KeyNamesSource: false }
        && IPAddress.TryParse(part.Alert.SourceIp, out var address)
        && compound.Sources.Contains(ByteString.CopyFrom(address.GetAddressBytes()));

    private void ReadInhibitors(RuleSet rules) =>
        _inhibitors = rules.All
            .SelectMany(r => r.Header.Extension.Inhibits.Select(part => (Part: part, Compound: (r.Name, r is CorrelationRule { KeyNamesSource: false }))))
            .GroupBy(p => p.Part, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Select(p => p.Compound).Distinct().ToArray(), StringComparer.Ordinal);
}

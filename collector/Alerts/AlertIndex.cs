using System.Runtime.InteropServices;
using SensorNet.Collector.Detection;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>
/// The newest alert of each key, found by key, by id, by the hash of its key, and - while it is open - by what it is
/// about. Bounded. Commit thread only.
/// </summary>
internal sealed class AlertIndex
{
    /// <summary>Spoofed sources could otherwise open alerts without end.</summary>
    private const int MostOpenPerRule = 10_000;
    private const int MostRemembered = 200_000;

    private readonly Dictionary<string, OpenAlert> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OpenAlert> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<(RunningRule Rule, UInt128 Key), OpenAlert> _byHash = [];
    private readonly Dictionary<(string Rule, string Subject), HashSet<OpenAlert>> _openBySubject = [];
    private readonly Dictionary<string, int> _openByRule = new(StringComparer.Ordinal);

    public IEnumerable<OpenAlert> All => _byKey.Values;

    public OpenAlert? ByKey(string key) => _byKey.GetValueOrDefault(key);

    public OpenAlert? ById(string id) => _byId.GetValueOrDefault(id);

    public OpenAlert? ByHash(RunningRule rule, UInt128 hash) => _byHash.GetValueOrDefault((rule, hash));

    /// <summary>Open alerts of a rule about the same thing: they share a value of their key, and no field of both keys differs.</summary>
    public IEnumerable<OpenAlert> OpenOf(string rule, Alert about)
    {
        var sharing = Subjects(about).Select(s => _openBySubject.GetValueOrDefault((rule, s))).OfType<HashSet<OpenAlert>>().ToList();
        if (sharing.Count == 0)
        {
            return [];
        }

        // All alerts of a rule have the same key fields, so those with a common field are all among the sharers of its value.
        var fields = sharing[0].First().Alert.GroupKey.Select(p => p.Field).ToList();
        var common = about.GroupKey.Where(p => fields.Contains(p.Field)).Select(p => _openBySubject.GetValueOrDefault((rule, p.Value))).ToList();
        var candidates = common.Count == 0 ? sharing.SelectMany(s => s).Distinct() : common.MinBy(s => s?.Count ?? 0) ?? [];
        return candidates.Where(other => !other.Alert.GroupKey.Any(p => about.GroupKey.Any(q => q.Field == p.Field && q.Value != p.Value)));
    }

    /// <summary>Open alerts of a rule that have this value in their key.</summary>
    public IEnumerable<OpenAlert> OpenAbout(string rule, string subject) => _openBySubject.GetValueOrDefault((rule, subject)) ?? [];

    public bool IsFull(RunningRule rule) => _openByRule.GetValueOrDefault(rule.Header.Id) >= MostOpenPerRule;

    /// <summary>The alert takes the place of the former one of its key.</summary>
    public void Add(OpenAlert open)
    {
        if (_byKey.TryGetValue(open.Key, out var former))
        {
            _byId.Remove(former.Alert.AlertId);
            if (former.IsOpen)
            {
                Closed(former);
            }
        }

        _byKey[open.Key] = open;
        _byId[open.Alert.AlertId] = open;
        if (open.IsOpen)
        {
            Opened(open);
        }
    }

    public void Bind(RunningRule rule, UInt128 hash, OpenAlert open)
    {
        open.Rule = rule;
        open.Hash = hash;
        _byHash[(rule, hash)] = open;
    }

    /// <summary>New rules: alerts of rules that are gone stay, without a rule.</summary>
    public void Rebind(RuleSet rules)
    {
        _byHash.Clear();
        var running = rules.All.ToDictionary(r => r.Header.Id);
        foreach (var alert in _byKey.Values)
        {
            alert.Rule = running.GetValueOrDefault(alert.Alert.RuleId);
            alert.Hash = null;
        }
    }

    public void Opened(OpenAlert open)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_openByRule, open.Alert.RuleId, out _)++;
        foreach (var subject in Subjects(open.Alert))
        {
            ref var others = ref CollectionsMarshal.GetValueRefOrAddDefault(_openBySubject, (open.Alert.RuleName, subject), out _);
            (others ??= []).Add(open);
        }
    }

    public void Closed(OpenAlert open)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_openByRule, open.Alert.RuleId, out _)--;
        foreach (var subject in Subjects(open.Alert))
        {
            var place = (open.Alert.RuleName, subject);
            if (_openBySubject.TryGetValue(place, out var others) && others.Remove(open) && others.Count == 0)
            {
                _openBySubject.Remove(place);
            }
        }
    }

    /// <summary>Beyond the bound the closed alerts are forgotten that were touched longest ago; they stay in the store.</summary>
    public void Prune()
    {
        if (_byKey.Count <= MostRemembered)
        {
            return;
        }

        foreach (var closed in _byKey.Values.Where(a => !a.IsOpen && a.Change is null).OrderBy(a => a.Touched).Take(_byKey.Count - (MostRemembered / 2)).ToList())
        {
            _byKey.Remove(closed.Key);
            _byId.Remove(closed.Alert.AlertId);
            if (closed is { Rule: { } rule, Hash: { } hash })
            {
                _byHash.Remove((rule, hash));
            }
        }
    }

    private static IEnumerable<string> Subjects(Alert alert) => alert.GroupKey.Select(p => p.Value).Distinct();
}

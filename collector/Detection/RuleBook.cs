using System.Text;
using Google.Protobuf;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>The rules as operators see and switch them. Reading is thread-safe; changes happen on the commit thread.</summary>
internal sealed class RuleBook(DetectionEngine engine, TuningBook tunings, RuleHistory history, IStoreReader store, TimeProvider clock)
{
    private const string Prefix = "rule/";

    /// <summary>Every rule, in the order of its file.</summary>
    public IReadOnlyList<Rule> List()
    {
        var rules = engine.Rules;
        var now = Now;
        var all = rules.All.Sum(r => r.Cost.Ticks);
        return [.. rules.All.Select(r => Describe(r, now, all))];
    }

    /// <summary>The rule of that id or name with its text and numbers, or null.</summary>
    public GetRuleResponse? Get(string idOrName)
    {
        if (Find(idOrName) is not { } rule)
        {
            return null;
        }

        var response = new GetRuleResponse
        {
            Rule = Describe(rule),
            Yaml = rule.Header.Text,
            Defaults = NumbersOf((rule as CorrelationRule)?.Written, rule.Header.Level, !rule.Header.Extension.Disabled, rule.Header.Extension.DryRun),
            Effective = NumbersOf(rule.Default.Correlation, rule.Default.Level, rule.Enabled, rule.DryRun),
            LastChange = history.List(rule.Header.Id).FirstOrDefault(),
        };
        response.Tunings.Add(TuningsOf(rule));
        response.Feeds.Add(rule.Listeners.Select(l => l.Rule.Name).Distinct());
        return response;
    }

    /// <summary>What operators and overlay files have laid over the rule.</summary>
    public IEnumerable<RuleTuning> TuningsOf(RunningRule rule)
    {
        var name = rule.Header.Name;
        if (Overlay.Rules.TryGetValue(name, out var written))
        {
            yield return new RuleTuning { Thresholds = written.ToThresholds(), File = $"{written.File}:{written.Line}" };
        }

        foreach (var ((_, group), change) in Overlay.Groups.Where(g => g.Key.Rule.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            yield return new RuleTuning { Group = group, Thresholds = change.ToThresholds(), File = $"{change.File}:{change.Line}" };
        }

        foreach (var tuning in tunings.Of(rule.Header.Id))
        {
            yield return tuning;
        }
    }

    /// <summary>What the overlay files say, as loaded now.</summary>
    public Thresholds Overlay { get; set; } = Thresholds.Empty;

    /// <summary>Names of the rules that refer to the list as <c>%name%</c>.</summary>
    public IEnumerable<string> UsersOfList(string name) =>
        engine.Rules.All.Where(r => r.Header.Text.Contains($"%{name}%", StringComparison.OrdinalIgnoreCase)).Select(r => r.Name);

    public RunningRule? Find(string idOrName) =>
        engine.Rules.All.FirstOrDefault(r => r.Header.Id == idOrName || r.Name.Equals(idOrName, StringComparison.OrdinalIgnoreCase));

    /// <summary>Switches a rule on, off or to dry-run; kept over restarts and audited.</summary>
    /// <returns>The rule as it is now; null when there is none.</returns>
    public Rule? Set(SetRuleRequest request, string actor, string source, ICommit commit)
    {
        if (Find(request.Id) is not { } rule)
        {
            return null;
        }

        var before = State(rule);
        rule.Switch(request.HasEnabled ? request.Enabled : rule.Switches.Enabled, request.HasDryRun ? request.DryRun : rule.Switches.DryRun);
        var kept = new SetRuleRequest { Id = rule.Header.Id };
        if (rule.Switches.Enabled is { } enabled)
        {
            kept.Enabled = enabled;
        }

        if (rule.Switches.DryRun is { } dryRun)
        {
            kept.DryRun = dryRun;
        }

        commit.Put(Table.Detection, Encoding.UTF8.GetBytes(Prefix + rule.Header.Id), kept.ToByteArray());
        var operation = request switch
        {
            { HasEnabled: true, Enabled: false } => "disable",
            { HasEnabled: true } => "enable",
            _ => "dry_run",
        };
        history.Add(rule.Header.Id, rule.Name, new RuleChange { Operation = operation, Before = before, After = State(rule) }, actor, source, commit);
        return Describe(rule);
    }

    /// <summary>What operators have switched before the start.</summary>
    public void Restore()
    {
        foreach (var (_, value) in store.Scan(Table.Detection, Encoding.UTF8.GetBytes(Prefix)))
        {
            var kept = SetRuleRequest.Parser.ParseFrom(value);
            Find(kept.Id)?.Switch(kept.HasEnabled ? kept.Enabled : null, kept.HasDryRun ? kept.DryRun : null);
        }
    }

    /// <summary>
    /// How near a key is to firing a correlation. Runs on the commit thread, since windows live there.
    /// </summary>
    /// <param name="request">The rule and the key.</param>
    /// <param name="now">The collector's clock.</param>
    /// <returns>Null when there is no such correlation or the key does not have its fields.</returns>
    public GetCorrelationStateResponse? State(GetCorrelationStateRequest request, long now)
    {
        if (Find(request.Rule) is not CorrelationRule rule || KeyEvent(rule, request) is not { } e || !engine.Hasher.TryHash(rule.Keys[0].Fields, e, out var key))
        {
            return null;
        }

        // The hosts of a group with numbers of its own are counted by themselves: the variant that has come furthest tells.
        var time = engine.EventTimeAt(now);
        var (variant, state) = rule.Variants.Select(v => (Variant: v, State: v.Window!.Peek(key, time))).MaxBy(v => v.State.Value);
        var condition = variant.Correlation!.Condition;
        var threshold = condition.IsEmpty ? rule.Least : condition.MinimumCount;
        return new GetCorrelationStateResponse
        {
            Count = (ulong)Math.Max(0, state.Value),
            FirstSeen = state.First,
            LastSeen = state.Last,
            Threshold = (ulong)threshold,
            AtLeast = state.AtLeast,
            UnderAttack = condition.IsEmpty ? state.Complete : state.Value > 0 && condition.Holds(state.Value),
        };
    }

    /// <summary>An event that has the key's fields and nothing else.</summary>
    private static Event? KeyEvent(CorrelationRule rule, GetCorrelationStateRequest request)
    {
        var e = new Event();
        foreach (var field in rule.Keys[0].Fields)
        {
            var part = request.Key.FirstOrDefault(k => k.Field == field.Name || field.Aliases.Contains(k.Field));
            if (part is null || !KeyFields.TrySet(e, field, part.Value))
            {
                return null;
            }
        }

        return e;
    }

    public Rule Describe(RunningRule rule) => Describe(rule, Now, engine.Rules.All.Sum(r => r.Cost.Ticks));

    private long Now => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static string State(RunningRule rule) => $"enabled={rule.Enabled} dry_run={rule.DryRun}".ToLowerInvariant();

    private static RuleThresholds NumbersOf(SigmaCorrelation? correlation, AlertLevel level, bool enabled, bool dryRun) =>
        new RuleOverride(correlation is { Condition.IsEmpty: false } ? correlation.Condition : null, correlation?.Timespan, level, enabled, dryRun).ToThresholds();

    private Rule Describe(RunningRule rule, long now, long allTicks)
    {
        var described = RuleText.Of(rule);
        described.Enabled = rule.Enabled;
        described.DryRun = rule.DryRun;
        described.Hits = (ulong)rule.Hits;
        described.LastHit = rule.LastHit;
        described.Evaluated = (ulong)rule.Evaluated;
        described.Hits1H = rule.Recent.LastHour(now);
        described.Hits24H = rule.Recent.LastDay(now);
        described.HitsByHour.Add(rule.Recent.ByHour(now));
        described.CostUs = rule.Cost.Microseconds;
        described.CostPercent = allTicks == 0 ? 0 : 100.0 * rule.Cost.Ticks / allTicks;
        described.Revision = history.RevisionOf(rule.Header.Id);
        described.Tuned = TuningsOf(rule).Any();
        return described;
    }
}

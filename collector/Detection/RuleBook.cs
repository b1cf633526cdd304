using System.Text;
using Google.Protobuf;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>The rules as operators see and switch them. Reading is thread-safe; changes happen on the commit thread.</summary>
internal sealed class RuleBook(DetectionEngine engine, AuditLog audit, IStoreReader store)
{
    private const string Prefix = "rule/";

    /// <summary>Every rule, in the order of its file.</summary>
    public IReadOnlyList<Rule> List() => [.. engine.Rules.All.Select(Describe)];

    /// <summary>The rule of that id or name, or null.</summary>
    public Rule? Get(string idOrName) => Find(idOrName) is { } rule ? Describe(rule) : null;

    /// <summary>Switches a rule on, off or to dry-run; kept over restarts and audited.</summary>
    /// <returns>The rule as it is now; null when there is none.</returns>
    public Rule? Set(SetRuleRequest request, string actor, string source, ICommit commit)
    {
        if (Find(request.Id) is not { } rule)
        {
            return null;
        }

        var before = State(rule);
        if (request.HasEnabled)
        {
            rule.Enabled = request.Enabled;
        }

        if (request.HasDryRun)
        {
            rule.DryRun = request.DryRun;
        }

        commit.Put(Table.Detection, Encoding.UTF8.GetBytes(Prefix + rule.Header.Id), new Rule { Id = rule.Header.Id, Enabled = rule.Enabled, DryRun = rule.DryRun }.ToByteArray());
        audit.Put(commit, actor, source, new Audit
        {
            ClassName = "rule",
            ObjectId = rule.Name,
            Operation = request is { HasEnabled: true, Enabled: false } ? "disable" : request is { HasEnabled: true } ? "enable" : "update",
            Before = before,
            After = State(rule),
        });
        return Describe(rule);
    }

    /// <summary>What operators have switched before the start.</summary>
    public void Restore()
    {
        foreach (var (_, value) in store.Scan(Table.Detection, Encoding.UTF8.GetBytes(Prefix)))
        {
            var kept = Rule.Parser.ParseFrom(value);
            if (Find(kept.Id) is { } rule)
            {
                rule.Enabled = kept.Enabled;
                rule.DryRun = kept.DryRun;
            }
        }
    }

    /// <summary>
    /// How near a key is to firing a correlation. Runs on the commit thread, since windows live there.
    /// </summary>
    /// <returns>Null when there is no such correlation or the key does not have its fields.</returns>
    public GetCorrelationStateResponse? State(GetCorrelationStateRequest request)
    {
        if (Find(request.Rule) is not CorrelationRule rule || KeyEvent(rule, request) is not { } e || !engine.Hasher.TryHash(rule.Keys[0], e, out var key))
        {
            return null;
        }

        var state = rule.Window.Peek(key);
        var threshold = rule.Rule.Condition.IsEmpty ? rule.Rule.Rules.Count : rule.Rule.Condition.MinimumCount;
        return new GetCorrelationStateResponse
        {
            Count = (ulong)Math.Max(0, state.Value),
            FirstSeen = state.First,
            LastSeen = state.Last,
            Threshold = (ulong)threshold,
            UnderAttack = state.Last != 0 && (rule.Rule.Condition.IsEmpty ? state.Value >= threshold : rule.Rule.Condition.Holds(state.Value)),
        };
    }

    /// <summary>An event that has the key's fields and nothing else.</summary>
    private static Event? KeyEvent(CorrelationRule rule, GetCorrelationStateRequest request)
    {
        var e = new Event();
        foreach (var field in rule.Keys[0])
        {
            var part = request.Key.FirstOrDefault(k => k.Field == field.Name || field.Aliases.Contains(k.Field));
            if (part is null || !KeyFields.TrySet(e, field, part.Value))
            {
                return null;
            }
        }

        return e;
    }

    private RunningRule? Find(string idOrName) =>
        engine.Rules.All.FirstOrDefault(r => r.Header.Id == idOrName || r.Name.Equals(idOrName, StringComparison.OrdinalIgnoreCase));

    private static string State(RunningRule rule) => $"enabled={rule.Enabled} dry_run={rule.DryRun}".ToLowerInvariant();

    private static Rule Describe(RunningRule rule)
    {
        var header = rule.Header;
        var described = new Rule
        {
            Id = header.Id,
            Name = rule.Name,
            Title = header.Title,
            Level = header.Level,
            Kind = rule.Kind,
            Enabled = rule.Enabled,
            DryRun = rule.DryRun,
            File = $"{header.File}:{header.Line}",
            Hits = (ulong)rule.Hits,
            LastHit = rule.LastHit,
            Evaluated = (ulong)rule.Evaluated,
            Description = header.Description,
        };
        described.Tags.Add(header.Tags);
        described.GroupBy.Add(rule.GroupByNames);
        if (rule is CorrelationRule correlation)
        {
            described.WindowMs = (ulong)correlation.Rule.Timespan.TotalMilliseconds;
            described.Condition = correlation.Rule.Condition.IsEmpty ? string.Join(" and ", correlation.Rule.Rules) : correlation.Rule.Condition.ToString();
        }

        return described;
    }
}

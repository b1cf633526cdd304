using System.Runtime.InteropServices;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.Collector.Detection.Windows;
using SensorNet.Proto;

namespace SensorNet.Collector.Detection;

internal sealed partial class RuleLoader
{
    private const int LargestCount = 60_000;
    private const int MostSources = 32;
    private readonly Dictionary<string, GroupKey> _keys = new(StringComparer.Ordinal);

    /// <summary>A correlation may refer to others; it is compiled after them, and a circle is an error.</summary>
    private List<CorrelationRule> CompileCorrelations(Dictionary<string, RunningRule> byName)
    {
        var written = new Dictionary<string, SigmaCorrelation>(StringComparer.Ordinal);
        foreach (var correlation in _reader.Correlations)
        {
            written.TryAdd(correlation.Header.Id, correlation);
            if (correlation.Header.Name.Length > 0)
            {
                written.TryAdd(correlation.Header.Name, correlation);
            }
        }

        var compiled = new List<CorrelationRule>();
        var state = new Dictionary<SigmaCorrelation, bool>(ReferenceEqualityComparer.Instance);
        foreach (var correlation in _reader.Correlations)
        {
            Visit(correlation, []);
        }

        return compiled;

        bool Visit(SigmaCorrelation correlation, List<string> path)
        {
            if (state.TryGetValue(correlation, out var done))
            {
                if (!done)
                {
                    Error(correlation, $"rules refer to each other in a circle: {string.Join(" -> ", path)} -> {correlation.Header.Title}");
                }

                return done;
            }

            state[correlation] = false;
            path.Add(correlation.Header.Title);
            foreach (var name in correlation.Rules)
            {
                if (!byName.ContainsKey(name) && written.TryGetValue(name, out var inner) && !Visit(inner, path))
                {
                    return false;
                }
            }

            path.RemoveAt(path.Count - 1);
            if (CompileCorrelation(correlation, byName) is { } rule && Register(rule, byName))
            {
                compiled.Add(rule);
                for (var i = 0; i < rule.Sources.Count; i++)
                {
                    rule.Sources[i].Listeners.Add((rule, i));
                }
            }

            state[correlation] = true;
            return true;
        }
    }

    private CorrelationRule? CompileCorrelation(SigmaCorrelation written, Dictionary<string, RunningRule> byName)
    {
        var sources = new List<RunningRule>();
        foreach (var name in written.Rules)
        {
            if (byName.TryGetValue(name, out var source))
            {
                sources.Add(source);
            }
            else
            {
                Error(written, $"the correlation refers to the rule '{name}', which does not exist or is broken");
            }
        }

        if (sources.Count != written.Rules.Count || VariantsOf(written, sources.Count) is not { } variants)
        {
            return null;
        }

        var keys = written.Rules.Select((name, i) => Shared(ResolveKey(written, name, sources[i]))).ToArray();
        var values = Shared([.. written.Fields.Select(FieldResolver.Resolve)]);
        return new CorrelationRule(variants[0].Correlation!, variants, keys, values)
        {
            Written = written,
            Sources = sources,
            HasOwnSubject = sources.Any(NamesSource),
        };
    }

    private static bool NamesSource(RunningRule rule) => rule is not CorrelationRule correlation || correlation.KeyNamesSource;

    /// <summary>One object for the same fields, however many correlations group by them.</summary>
    private GroupKey Shared(EventField[] fields)
    {
        ref var key = ref CollectionsMarshal.GetValueRefOrAddDefault(_keys, string.Join(' ', fields.Select(f => f.Name)), out _);
        return key ??= new GroupKey(fields);
    }

    private bool Check(SigmaCorrelation written, int sources)
    {
        if (written.GroupBy.Count > KeyHasher.MaximumParts || written.Fields.Count > KeyHasher.MaximumParts)
        {
            Error(written, $"more than {KeyHasher.MaximumParts} group-by or counted fields");
            return false;
        }

        if (sources > MostSources)
        {
            Error(written, $"more than {MostSources} correlated rules");
            return false;
        }

        if (written.Type is CorrelationType.EventCount or CorrelationType.ValueCount && written.Condition.MinimumCount > LargestCount)
        {
            Error(written, $"a threshold above {LargestCount} needs too much memory per key");
            return false;
        }

        foreach (var (alias, fields) in written.Aliases)
        {
            foreach (var name in fields.Keys.Where(k => !written.Rules.Contains(k)))
            {
                Error(written, $"the alias '{alias}' names the rule '{name}', which is not among the correlated rules");
                return false;
            }
        }

        return true;
    }

    private static EventField[] ResolveKey(SigmaCorrelation written, string name, RunningRule source)
    {
        return [.. written.GroupBy.Select(field =>
        {
            if (written.Aliases.TryGetValue(field, out var alias)
                && (alias.TryGetValue(name, out var own) || alias.TryGetValue(source.Header.Id, out own)))
            {
                return FieldResolver.Resolve(own);
            }

            return FieldResolver.Resolve(field);
        })];
    }

    private Window? MakeWindow(SigmaCorrelation written, int sources)
    {
        var timespan = written.Timespan.Ticks * 100;
        if (written.Type is CorrelationType.Temporal or CorrelationType.TemporalOrdered)
        {
            Func<uint, bool>? satisfied = null;
            if (written.Expression is { } expression && (satisfied = TemporalExpression.Compile(expression, written.Rules, message => Error(written, message))) is null)
            {
                return null;
            }

            return new TemporalWindow(sources, written.Type == CorrelationType.TemporalOrdered, timespan, _keysPerRule, satisfied);
        }

        if (!written.Condition.IsLowerBoundOnly)
        {
            return new ClosingWindow(written.Type, written.Percentile, written.Condition, timespan, _keysPerRule);
        }

        return written.Type switch
        {
            CorrelationType.EventCount => new EventCountWindow(written.Condition.MinimumCount, timespan, _keysPerRule),
            CorrelationType.ValueSum or CorrelationType.ValueAverage => new SumWindow(written.Type, written.Condition, timespan, _keysPerRule),
            CorrelationType.ValueCount => new ValueCountWindow(written.Condition.MinimumCount, timespan, _keysPerRule),
            _ => new ValueWindow(written.Type, written.Percentile, written.Condition, timespan, _keysPerRule),
        };
    }

    /// <returns>Null when an error was reported.</returns>
    private List<RuleVariant>? VariantsOf(SigmaCorrelation written, int sources)
    {
        var variants = new List<RuleVariant>();
        foreach (var (group, change, own) in ChangesOf(written.Header))
        {
            if (change.Condition is not null && written.Type is CorrelationType.Temporal or CorrelationType.TemporalOrdered)
            {
                Error(written, "an overlay gives bounds to a temporal correlation, which has none");
                return null;
            }

            var effective = written with { Condition = change.Condition ?? written.Condition, Timespan = change.Timespan ?? written.Timespan };
            if (!Check(effective, sources) || MakeWindow(effective, sources) is not { } window)
            {
                return null;
            }

            var version = change.Condition is null && change.Timespan is null
                ? written.Header.Version
                : SigmaReader.Hash($"{written.Header.Version}|{change.Condition}|{change.Timespan}");
            variants.Add(new RuleVariant(group, change.Level ?? written.Header.Level, version, effective, window) { OwnEnabled = own.Enabled, OwnDryRun = own.DryRun });
        }

        return variants;
    }

    private void Error(SigmaCorrelation written, string message) =>
        _errors.Add(new RuleError(written.Header.File, written.RulesAt, message));
}

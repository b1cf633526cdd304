using SensorNet.Collector.Detection.Sigma;
using SensorNet.Collector.Detection.Windows;
using SensorNet.Proto;

namespace SensorNet.Collector.Detection;

/// <summary>
/// From rule files to a running rule set. Every error of every file is collected; a set is made of the rules that are
/// right, so that a caller may either refuse to start or carry on without the broken ones.
/// </summary>
internal sealed class RuleLoader
{
    public const string OverlayName = "thresholds.yml";
    private const int LargestCount = 60_000;

    private readonly Thresholds _thresholds;
    private readonly SigmaReader _reader;
    private readonly TimeZoneInfo _zone;
    private readonly int _keysPerRule;
    private readonly List<RuleError> _errors = [];
    private readonly List<RuleError> _warnings = [];

    /// <param name="thresholds">The overlay.</param>
    /// <param name="zone">The zone of the rules' time modifiers; null: UTC.</param>
    /// <param name="keysPerRule">How many group keys each correlation remembers.</param>
    public RuleLoader(Thresholds thresholds, TimeZoneInfo? zone = null, int keysPerRule = 1_000_000)
    {
        _thresholds = thresholds;
        _reader = new SigmaReader(thresholds);
        _zone = zone ?? TimeZoneInfo.Utc;
        _keysPerRule = keysPerRule;
    }

    /// <summary>Everything that is wrong so far, in the order of the files.</summary>
    public IReadOnlyList<RuleError> Errors => [.. _reader.Errors, .. _errors];

    /// <summary>
    /// Loads every <c>*.yml</c> and <c>*.yaml</c> of the folders, sub-folders included. A folder's <c>thresholds.yml</c> is
    /// an overlay; of two that change the same thing the later folder's counts.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static LoadedRules LoadDirectories(IReadOnlyList<string> directories, TimeZoneInfo? zone = null, int keysPerRule = 1_000_000)
    {
        var errors = new List<RuleError>();
        var thresholds = new Thresholds();
        foreach (var directory in directories)
        {
            var overlay = Path.Combine(directory, OverlayName);
            if (File.Exists(overlay))
            {
                thresholds.Add(ThresholdReader.Read(File.ReadAllText(overlay), overlay, errors));
            }
        }

        var loader = new RuleLoader(thresholds, zone, keysPerRule);
        foreach (var file in directories.SelectMany(FilesOf))
        {
            loader.Add(File.ReadAllText(file), file);
        }

        var rules = loader.Compile();
        loader.CheckOverlay(rules);
        return new LoadedRules(rules, [.. errors, .. loader.Errors], thresholds.Lists, thresholds.Silences);
    }

    private static IEnumerable<string> FilesOf(string directory) =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".yml", StringComparison.OrdinalIgnoreCase) || f.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase))
            .Where(f => Path.GetFileName(f) != OverlayName)
            .Order(StringComparer.Ordinal);

    public void Add(string text, string file) => _reader.Read(text, file);

    public RuleSet Compile()
    {
        var compiler = new DetectionCompiler(_thresholds.Lists, _zone, _errors);
        var byName = new Dictionary<string, RunningRule>(StringComparer.Ordinal);
        var detections = CompileDetections(compiler, byName);
        var correlations = CompileCorrelations(byName);
        DecideAlerts(detections, correlations);
        return new RuleSet(detections, correlations, _warnings);
    }

    private List<DetectionRule> CompileDetections(DetectionCompiler compiler, Dictionary<string, RunningRule> byName)
    {
        var filters = _reader.Filters.Select(f => (Filter: f, Predicate: compiler.Compile(f))).Where(f => f.Predicate is not null).ToList();
        var detections = new List<DetectionRule>();
        foreach (var written in _reader.Detections)
        {
            var source = LogSources.Resolve(written.LogSource);
            var predicate = compiler.Compile(written);
            if (predicate is null)
            {
                continue;
            }

            if (source is null)
            {
                _warnings.Add(new RuleError(written.Header.File, written.Header.Line, $"no event here comes from the log source of '{written.Header.Title}': the rule is loaded but never fires"));
                source = new TypePredicate(default);
            }

            var narrowing = filters.Where(f => Concerns(f.Filter, written.Header)).Select(f => f.Predicate!);
            Predicate[] parts = [source, predicate, .. narrowing];
            string[] groupBy = written.Header.Extension.GroupBy is { Count: > 0 } own ? [.. own] : ["host.name", "source.ip", "user.name"];
            var rule = new DetectionRule(written.Header, Predicate.And(parts), [.. groupBy.Select(FieldResolver.Resolve)]);
            detections.Add(rule);
            Register(rule, byName);
        }

        foreach (var (filter, _) in filters)
        {
            foreach (var name in filter.Rules.Where(r => r != "any" && !byName.ContainsKey(r)))
            {
                _errors.Add(new RuleError(filter.Header.File, filter.Header.Line, $"the filter names the rule '{name}', which does not exist"));
            }
        }

        return detections;
    }

    private static bool Concerns(SigmaFilter filter, RuleHeader rule) =>
        filter.Rules.Any(r => r == "any" || r == rule.Name || r == rule.Id);

    private void Register(RunningRule rule, Dictionary<string, RunningRule> byName)
    {
        foreach (var name in new[] { rule.Header.Name, rule.Header.Id }.Where(n => n.Length > 0).Distinct())
        {
            if (!byName.TryAdd(name, rule))
            {
                _errors.Add(new RuleError(rule.Header.File, rule.Header.Line, $"the name or id '{name}' is already taken by {byName[name].Header.File}:{byName[name].Header.Line}"));
            }
        }
    }

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
            if (CompileCorrelation(correlation, byName) is { } rule)
            {
                compiled.Add(rule);
                Register(rule, byName);
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

        if (sources.Count != written.Rules.Count || !Check(written, sources.Count))
        {
            return null;
        }

        var keys = written.Rules.Select((name, i) => ResolveKey(written, name, sources[i])).ToArray();
        var values = written.Fields.Select(FieldResolver.Resolve).ToArray();
        var window = MakeWindow(written, sources.Count);
        if (window is null)
        {
            return null;
        }

        var rule = new CorrelationRule(written, window, keys, values) { HasOwnSubject = sources.Any(NamesSource) };
        for (var i = 0; i < sources.Count; i++)
        {
            sources[i].Listeners.Add((rule, i));
        }

        return rule;
    }

    private static bool NamesSource(RunningRule rule) =>
        rule is not CorrelationRule correlation || correlation.Keys.All(key => key.Any(f => f.Name == "source.ip"));

    private bool Check(SigmaCorrelation written, int sources)
    {
        if (written.GroupBy.Count > KeyHasher.MaximumParts || written.Fields.Count > KeyHasher.MaximumParts)
        {
            Error(written, $"more than {KeyHasher.MaximumParts} group-by or counted fields");
            return false;
        }

        if (sources > 32)
        {
            Error(written, "more than 32 correlated rules");
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

    /// <summary>
    /// A detection rule that only feeds correlations raises nothing by itself, unless one of them says <c>generate: true</c>.
    /// A correlation that feeds another does, unless the other says <c>generate: false</c>: the chain adds to what its links tell.
    /// </summary>
    private static void DecideAlerts(List<DetectionRule> detections, List<CorrelationRule> correlations)
    {
        foreach (var rule in detections)
        {
            rule.RaisesAlerts = rule.Listeners.Count == 0 || rule.Listeners.Any(l => l.Rule.Rule.Generate == true);
        }

        foreach (var rule in correlations)
        {
            rule.RaisesAlerts = rule.Listeners.Count == 0 || rule.Listeners.Any(l => l.Rule.Rule.Generate != false);
        }
    }

    private void CheckOverlay(RuleSet rules)
    {
        var names = rules.All.Select(r => r.Header.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, change) in _thresholds.Rules.Where(r => !names.Contains(r.Key)))
        {
            _errors.Add(new RuleError(change.File, change.Line, $"there is no rule named '{name}'"));
        }
    }

    private void Error(SigmaCorrelation written, string message) =>
        _errors.Add(new RuleError(written.Header.File, written.RulesLine, message));
}

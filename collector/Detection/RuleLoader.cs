using SensorNet.Collector.Detection.Sigma;

namespace SensorNet.Collector.Detection;

/// <summary>
/// From rule files to a running rule set. Every error of every file is collected; a set is made of the rules that are
/// right, so that a caller may either refuse to start or carry on without the broken ones.
/// </summary>
internal sealed partial class RuleLoader
{
    public const string OverlayName = "thresholds.yml";

    private readonly Thresholds _thresholds;
    private readonly RuleLists _lists;
    private readonly IReadOnlyList<StoredTuning> _tunings;
    private readonly SigmaReader _reader = new();
    private readonly TimeZoneInfo _zone;
    private readonly int _keysPerRule;
    private readonly List<RuleError> _errors = [];
    private readonly List<RuleError> _warnings = [];

    /// <param name="thresholds">The overlay files' content.</param>
    /// <param name="lists">The lists that rules may name; null: those of the overlay.</param>
    /// <param name="tunings">What operators have laid over rules.</param>
    /// <param name="zone">The zone of the rules' time modifiers; null: this machine's.</param>
    /// <param name="keysPerRule">How many group keys each correlation remembers.</param>
    public RuleLoader(Thresholds thresholds, RuleLists? lists = null, IReadOnlyList<StoredTuning>? tunings = null, TimeZoneInfo? zone = null, int keysPerRule = 1_000_000)
    {
        _thresholds = thresholds;
        _lists = lists ?? new RuleLists(thresholds.Lists, null);
        _tunings = tunings ?? [];
        _zone = zone ?? TimeZoneInfo.Local;
        _keysPerRule = keysPerRule;
    }

    /// <summary>Everything that is wrong so far, in the order of the files.</summary>
    public IReadOnlyList<RuleError> Errors => [.. _reader.Errors, .. _errors];

    /// <summary>Loads the rules of the folders; see <see cref="RuleFiles.Read"/>.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static LoadedRules LoadDirectories(IReadOnlyList<string> directories, int keysPerRule = 1_000_000) =>
        Load(RuleFiles.Read(directories), null, [], keysPerRule);

    /// <summary>Compiles rule files; of two overlays that change the same thing the later one's counts.</summary>
    public static LoadedRules Load(RuleFiles files, Lists.ListBook? book, IReadOnlyList<StoredTuning> tunings, int keysPerRule)
    {
        var errors = new List<RuleError>(files.Unreadable);
        var thresholds = new Thresholds();
        foreach (var (path, text) in files.Overlays)
        {
            thresholds.Add(ThresholdReader.Read(text, path, errors));
        }

        var loader = new RuleLoader(thresholds, new RuleLists(thresholds.Lists, book), tunings, null, keysPerRule);
        foreach (var (path, text) in files.Rules)
        {
            loader.Add(text, path);
        }

        var rules = loader.Compile();
        loader.CheckOverlay(rules);
        return new LoadedRules(files, rules, [.. errors, .. loader.Errors], thresholds);
    }

    public void Add(string text, string file) => _reader.Read(text, file);

    public RuleSet Compile()
    {
        var compiler = new DetectionCompiler(_lists, _zone, _errors);
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
            else if (LogSources.HasTaxonomy(written.LogSource))
            {
                foreach (var condition in written.Searches.Values.SelectMany(s => s.FieldConditions).Where(c => FieldResolver.IsForeign(c.Field)))
                {
                    _warnings.Add(new RuleError(written.Header.File, condition.At, $"no event of {written.LogSource.Category} has the field '{condition.Field}' here: what asks for it never matches"));
                }
            }

            var narrowing = filters.Where(f => Concerns(f.Filter, written)).Select(f => f.Predicate!);
            Predicate[] parts = [source, predicate, .. narrowing];
            string[] groupBy = written.Header.Extension.GroupBy is { Count: > 0 } own ? [.. own] : ["host.name", "source.ip", "user.name"];
            var rule = new DetectionRule(written.Header, VariantsOf(written.Header), Predicate.And(parts), [.. groupBy.Select(FieldResolver.Resolve)])
            {
                LooksForWords = written.LogSource is { Product: "linux", Category: not "process_creation" and not "file_event", Service: not "auditd" } && written.Searches.Values.Any(s => s.HasKeywords),
            };
            if (Register(rule, byName))
            {
                detections.Add(rule);
            }
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

    // What a filter leaves open of its log source fits any rule.
    private static bool Concerns(SigmaFilter filter, SigmaDetection rule) =>
        filter.Rules.Any(r => r == "any" || r == rule.Header.Name || r == rule.Header.Id)
        && Fits(filter.LogSource.Product, rule.LogSource.Product)
        && Fits(filter.LogSource.Category, rule.LogSource.Category)
        && Fits(filter.LogSource.Service, rule.LogSource.Service);

    private static bool Fits(string wanted, string actual) => wanted.Length == 0 || wanted == actual;

    /// <summary>Of two rules with one name or id the later is left out.</summary>
    private bool Register(RunningRule rule, Dictionary<string, RunningRule> byName)
    {
        string[] names = [.. new[] { rule.Header.Name, rule.Header.Id }.Where(n => n.Length > 0).Distinct()];
        if (names.FirstOrDefault(byName.ContainsKey) is { } taken)
        {
            _errors.Add(new RuleError(rule.Header.File, rule.Header.Line, $"the name or id '{taken}' is already taken by {byName[taken].Header.File}:{byName[taken].Header.Line}"));
            return false;
        }

        foreach (var name in names)
        {
            byName[name] = rule;
        }

        rule.Switch(null, null);

        return true;
    }

    /// <summary>The overlays of a rule: for all hosts first (group empty), then for each group with numbers of its own.</summary>
    private IEnumerable<(string Group, RuleOverride Change, RuleOverride Own)> ChangesOf(RuleHeader header)
    {
        var tunings = _tunings.Where(t => t.RuleId == header.Id).ToList();
        var all = (_thresholds.Rules.TryGetValue(header.Name, out var written) ? written : RuleOverride.None).With(Tuned(""));
        yield return ("", all, all);
        var name = header.Name.ToLowerInvariant();
        var groups = _thresholds.Groups.Keys.Where(k => k.Rule == name).Select(k => k.Group).Concat(tunings.Select(t => t.Tuning.Group));
        foreach (var group in groups.Where(g => g.Length > 0).Distinct().Order(StringComparer.Ordinal))
        {
            var own = (_thresholds.Groups.TryGetValue((name, group), out var change) ? change : RuleOverride.None).With(Tuned(group));
            yield return (group, all.With(own), own);
        }

        RuleOverride? Tuned(string group) =>
            tunings.Find(t => t.Tuning.Group == group) is { } tuning ? RuleOverride.Of(tuning.Tuning.Thresholds) : null;
    }

    private RuleVariant[] VariantsOf(RuleHeader header) =>
        [.. ChangesOf(header).Select(c => new RuleVariant(c.Group, c.Change.Level ?? header.Level, header.Version, null, null) { OwnEnabled = c.Own.Enabled, OwnDryRun = c.Own.DryRun })];

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
        var changes = _thresholds.Rules.Select(r => (r.Key, r.Value)).Concat(_thresholds.Groups.Select(g => (g.Key.Rule, g.Value)));
        foreach (var (name, change) in changes.Where(r => !names.Contains(r.Item1)))
        {
            _errors.Add(new RuleError(change.File, change.Line, $"there is no rule named '{name}'"));
        }
    }
}

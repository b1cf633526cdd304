using System.Diagnostics;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.Collector.Query;
using SensorNet.Collector.Storage;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>
/// Runs a rule, as it is or changed, over stored events, beside the running engine and without touching it. The stored
/// events carry their enrichment and stand beside the derived ones, so that the rule sees what it would have seen.
/// </summary>
internal sealed class RuleTester(DetectionPipeline detection, EventStore store, Security.AuditLog audit, TimeProvider clock)
{
    private const string Submitted = "rule.yml";
    private const int Batch = 1000;
    private const int KeysPerRule = 200_000;
    private const int MostSources = 100;
    private const int MostTypesInQuery = 16;
    private const int DefaultLimit = 100;
    private const long Hour = 3600L * 1_000_000_000;

    /// <summary>Progress while it runs, then the alerts (newest first), then the summary; or problems alone.</summary>
    /// <exception cref="QueryException">There is no such rule.</exception>
    public IEnumerable<TestRuleResponse> Run(TestRuleRequest request, Func<Event, bool>? scope, CancellationToken cancellation)
    {
        var (tested, problems) = Prepare(request);
        if (tested is null)
        {
            yield return new TestRuleResponse { Problems = problems };
            yield break;
        }

        var now = request.Compare ? Restrict(Compile("", detection.Tunings.All).Rules, tested.Watched.Select(w => w.Header.Id)) : null;
        var started = Stopwatch.GetTimestamp();
        var lastTold = started;
        var end = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        var from = request.Time is { From: > 0 } begin ? begin.From : end - (24 * Hour);
        var to = request.Time is { To: > 0 } until ? until.To : end;
        var events = 0UL;
        foreach (var stored in EventsFor(tested, now, new TimeRange { From = from, To = request.Time?.To ?? 0 }, scope).OldestFirst(cancellation: cancellation))
        {
            events++;
            tested.See(stored);
            now?.See(stored);
            if (events % Batch == 0)
            {
                tested.EndBatch();
                now?.EndBatch();
                if (Stopwatch.GetElapsedTime(lastTold) > TimeSpan.FromMilliseconds(200))
                {
                    lastTold = Stopwatch.GetTimestamp();
                    var done = Math.Clamp((double)(stored.Event.EventTime - from) / Math.Max(1, to - from), 0, 1);
                    yield return new TestRuleResponse { Progress = new TestProgress { Events = events, Time = stored.Event.EventTime, Done = done, Alerts = (ulong)tested.Alerts.Count } };
                }
            }
        }

        tested.EndBatch();
        now?.EndBatch();
        foreach (var alert in tested.Alerts.Values.OrderByDescending(a => a.LastSeen).Take(request.Limit == 0 ? DefaultLimit : (int)Math.Min(request.Limit, 10_000)))
        {
            yield return new TestRuleResponse { Alert = alert };
        }

        yield return new TestRuleResponse { Summary = Summarise(tested, now, events, Stopwatch.GetElapsedTime(started).TotalSeconds) };
    }

    /// <summary>Compiles a text on its own and beside the running rules.</summary>
    public CheckRulesResponse Check(CheckRulesRequest request)
    {
        var file = request.File.Length > 0 ? request.File : Submitted;
        var (rules, errors) = Compile(request.Yaml, detection.Tunings.All, file);
        return Describe(rules, errors, file);
    }

    private (TestRun? Run, CheckRulesResponse? Problems) Prepare(TestRuleRequest request)
    {
        var (rules, errors) = Compile(request.Yaml, detection.Tunings.All);
        if (request.Yaml.Length > 0 && errors.Any(e => e.File == Submitted))
        {
            return (null, Describe(rules, errors, Submitted));
        }

        var watched = WatchedIn(rules, request);
        if (request.Thresholds is { } thresholds)
        {
            var tunings = watched.Aggregate(detection.Tunings.All, (all, rule) =>
                [.. all.Where(t => t.RuleId != rule.Header.Id), new StoredTuning(rule.Header.Id, new RuleTuning { Thresholds = thresholds })]);
            (rules, errors) = Compile(request.Yaml, tunings);
            var ids = watched.Select(w => w.Header.Id).ToHashSet(StringComparer.Ordinal);
            if (rules.All.Count(r => ids.Contains(r.Header.Id)) < ids.Count)
            {
                return (null, new CheckRulesResponse { Problems = { errors.Where(e => watched.Any(w => w.Header.File == e.File)).Select(e => e.ToProblem(false)) } });
            }
        }

        return (Restrict(rules, watched.Select(w => w.Header.Id)), null);
    }

    private static RunningRule[] WatchedIn(RuleSet rules, TestRuleRequest request)
    {
        if (request.Rule.Length > 0)
        {
            var named = rules.All.FirstOrDefault(r => r.Header.Id == request.Rule || r.Name.Equals(request.Rule, StringComparison.OrdinalIgnoreCase));
            return named is null ? throw new QueryException($"there is no rule `{request.Rule}`") : [named];
        }

        RunningRule[] last = [.. rules.All.Where(r => r.Header.File == Submitted && !r.Listeners.Any(l => l.Rule.Header.File == Submitted))];
        return last.Length > 0 ? last : throw new QueryException("name a rule, or give the text of one");
    }

    /// <summary>The submitted text first: of two rules with one name or id the first one counts.</summary>
    private (RuleSet Rules, IReadOnlyList<RuleError> Errors) Compile(string yaml, IReadOnlyList<StoredTuning> tunings, string file = Submitted)
    {
        var loaded = detection.Loaded;
        var loader = new RuleLoader(loaded.Overlay, new RuleLists(loaded.Overlay.Lists, detection.Lists), tunings, null, KeysPerRule);
        if (yaml.Length > 0)
        {
            loader.Add(yaml, file);
        }

        foreach (var (path, text) in loaded.Files.Rules)
        {
            loader.Add(text, path);
        }

        var rules = loader.Compile();
        return (rules, loader.Errors);
    }

    private TestRun Restrict(RuleSet rules, IEnumerable<string> ids)
    {
        var wanted = ids.ToHashSet(StringComparer.Ordinal);
        var watched = rules.All.Where(r => wanted.Contains(r.Header.Id)).ToList();
        var needed = new HashSet<RunningRule>(watched);
        foreach (var rule in watched)
        {
            Need(rule);
        }

        foreach (var rule in needed)
        {
            rule.Listeners.RemoveAll(l => !needed.Contains(l.Rule));
            rule.RaisesAlerts = watched.Contains(rule);
        }

        var set = new RuleSet([.. rules.Detections.Where(needed.Contains)], [.. rules.Correlations.Where(needed.Contains)], []);
        return new TestRun(set, watched, audit);

        void Need(RunningRule rule)
        {
            foreach (var source in rule is CorrelationRule correlation ? correlation.Sources : [])
            {
                needed.Add(source);
                Need(source);
            }
        }
    }

    /// <summary>Only events of types that the rules can match are read, where there are few of these.</summary>
    private EventQuery EventsFor(TestRun tested, TestRun? now, TimeRange time, Func<Event, bool>? scope)
    {
        var types = EventTypes.All.Select(t => t.Type).Where(t => tested.CanMatch(t) || now?.CanMatch(t) == true).ToList();
        var request = new QueryEventsRequest { Time = time };
        if (types.Count <= MostTypesInQuery)
        {
            request.Types_.Add(types);
        }

        return EventQuery.Create(store, request, clock, scope);
    }

    private static TestSummary Summarise(TestRun tested, TestRun? now, ulong events, double seconds)
    {
        var summary = new TestSummary
        {
            Events = events,
            Firings = (ulong)tested.Watched.Sum(w => w.Hits),
            Alerts = (ulong)tested.Alerts.Count,
            AlertsNow = (ulong)(now?.Alerts.Count ?? 0),
            Seconds = seconds,
            EventsPerS = seconds > 0 ? events / seconds : 0,
        };
        summary.Rules.Add(tested.Watched.Select(w => w.Name));
        if (tested.Alerts.Count > 0)
        {
            var first = tested.Alerts.Values.Min(a => a.FirstSeen) / Hour;
            var last = Math.Min(tested.Alerts.Values.Max(a => a.FirstSeen) / Hour, first + (31 * 24));
            summary.FirstHour = first * Hour;
            summary.AlertsByHour.Add(Enumerable.Range(0, (int)(last - first) + 1).Select(h => (ulong)tested.Alerts.Values.Count(a => a.FirstSeen / Hour == first + h)));
        }

        if (now is not null)
        {
            var sources = tested.SourcesOf();
            var before = now.SourcesOf();
            summary.MoreSources.Add(sources.Except(before).Order(StringComparer.Ordinal).Take(MostSources));
            summary.FewerSources.Add(before.Except(sources).Order(StringComparer.Ordinal).Take(MostSources));
        }

        return summary;
    }

    private static CheckRulesResponse Describe(RuleSet rules, IReadOnlyList<RuleError> errors, string file)
    {
        var response = new CheckRulesResponse();
        response.Problems.Add(errors.Where(e => e.File == file).Select(e => e.ToProblem(false)));
        response.Problems.Add(rules.Warnings.Where(e => e.File == file).Select(e => e.ToProblem(true)));
        response.Rules.Add(rules.All.Where(r => r.Header.File == file).Select(RuleText.Of));
        return response;
    }
}

using SensorNet.Collector.Detection.Sigma;
using SensorNet.Collector.Ingest;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>
/// Changes of the rules while they run: read again, tuned. One at a time; the new rules are compiled aside and put in
/// place between two commits. Thread-safe.
/// </summary>
internal sealed class RuleAdministration(DetectionPipeline detection, CommitLoop loop) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1, 1);

    public void Dispose() => _changing.Dispose();

    /// <summary>
    /// Reads the rule files, address databases and reputation lists again; rules that are broken are left out and named.
    /// </summary>
    /// <param name="dryRun">Only say what would change.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="source">From where.</param>
    /// <param name="cancellation">Ends the wait; a change under way is made.</param>
    /// <exception cref="DirectoryNotFoundException">A rule folder is not there.</exception>
    /// <exception cref="FormatException">An address database or reputation list cannot be read; all stays as it is.</exception>
    public async Task<ReloadRulesResponse> ReloadAsync(bool dryRun, string actor, string source, CancellationToken cancellation)
    {
        await _changing.WaitAsync(cancellation);
        try
        {
            var loaded = await Task.Run(detection.Reload, cancellation);
            var knowledge = await Task.Run(detection.ReadKnowledge, cancellation);
            RuleChanges? changes = null;
            if (dryRun)
            {
                changes = RuleChanges.Between(detection.Engine.Rules, loaded.Rules);
            }
            else
            {
                await loop.RunAsync(
                    commit =>
                    {
                        changes = Apply(loaded, actor, source, commit);
                        detection.Enrichment.Knowledge = knowledge;
                    },
                    cancellation);
            }

            var response = changes!.ToResponse();
            response.Problems.Add(loaded.Errors.Select(e => e.ToProblem(false)));
            response.Problems.Add(loaded.Rules.Warnings.Select(e => e.ToProblem(true)));
            return response;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Lays numbers over a rule for a host group, or takes them away.</summary>
    /// <exception cref="ChangeRefusedException">There is no such rule, or the numbers cannot be used with it.</exception>
    /// <exception cref="ChangeRefusedException">The rule has been changed since.</exception>
    public async Task<TuneRuleResponse> TuneAsync(TuneRuleRequest request, string actor, string source, CancellationToken cancellation)
    {
        await _changing.WaitAsync(cancellation);
        try
        {
            var rule = detection.RuleBook.Find(request.Id) ?? throw new ChangeRefusedException(Refusal.NotFound, $"there is no rule `{request.Id}`");
            var id = rule.Header.Id;
            var revision = detection.History.RevisionOf(id);
            if (request.Revision != 0 && request.Revision != revision)
            {
                throw new ChangeRefusedException(Refusal.Conflict, $"the rule has changed meanwhile (revision {revision})");
            }

            CheckNumbers(rule, request);
            var before = detection.Tunings.Of(id).FirstOrDefault(t => t.Group == request.Group);
            var tuning = request.Thresholds is null || RuleOverride.Of(request.Thresholds) == RuleOverride.None
                ? null
                : new RuleTuning { Group = request.Group, Thresholds = request.Thresholds, Actor = actor, Comment = request.Comment };
            var tunings = detection.Tunings.With(id, request.Group, tuning);

            // From the texts that run now: what somebody is just writing to a file is not part of this change.
            var loaded = await Task.Run(() => detection.Compile(detection.Loaded.Files, tunings), cancellation);
            if (!loaded.Rules.All.Any(r => r.Header.Id == id))
            {
                var reason = loaded.Errors.FirstOrDefault(e => e.File == rule.Header.File)?.Message ?? "the rule cannot be compiled with them";
                throw new ChangeRefusedException(Refusal.Invalid, $"these numbers cannot be used with {rule.Name}: {reason}");
            }

            await loop.RunAsync(
                commit =>
                {
                    if (tuning is not null)
                    {
                        tuning.Time = commit.IngestTime;
                    }

                    detection.Tunings.Set(id, request.Group, tuning, commit);
                    detection.Apply(loaded);
                    var change = new RuleChange { Operation = "tune", Before = Describe(request.Group, before), After = Describe(request.Group, tuning), Comment = request.Comment };
                    detection.History.Add(id, rule.Name, change, actor, source, commit);
                },
                cancellation);
            var tuned = detection.RuleBook.Find(id)!;
            return new TuneRuleResponse { Rule = detection.RuleBook.Describe(tuned), Tunings = { detection.RuleBook.TuningsOf(tuned) } };
        }
        finally
        {
            _changing.Release();
        }
    }

    private RuleChanges Apply(LoadedRules loaded, string actor, string source, ICommit commit)
    {
        var changes = detection.Apply(loaded);
        foreach (var (before, after) in changes.Rules)
        {
            var rule = (after ?? before)!;
            var change = new RuleChange
            {
                Operation = before is null ? "add" : after is null ? "remove" : "reload",
                Before = before is null ? "" : $"{before.Header.File}:{before.Header.Line}",
                After = after is null ? "" : $"{after.Header.File}:{after.Header.Line}",
            };
            change.Diff.Add(RuleChanges.DiffOf(before, after));
            detection.History.Add(rule.Header.Id, rule.Name, change, actor, source, commit);
        }

        return changes;
    }

    private static void CheckNumbers(RunningRule rule, TuneRuleRequest request)
    {
        if (request.Group.Length > 63 || request.Group.Contains(',', StringComparison.Ordinal) || request.Group.Contains('/', StringComparison.Ordinal))
        {
            throw new ChangeRefusedException(Refusal.Invalid, "a host group's name has at most 63 characters, none of them ',' or '/'");
        }

        if (request.Thresholds is not { } thresholds)
        {
            return;
        }

        var numbers = RuleOverride.Of(thresholds);
        if (rule is not CorrelationRule && (numbers.Condition is not null || numbers.Timespan is not null))
        {
            throw new ChangeRefusedException(Refusal.Invalid, $"{rule.Name} is a rule on single events: it has a level, can be switched and run dry, and has no bounds or window");
        }

        if (numbers.Timespan is { } timespan && (timespan < TimeSpan.FromSeconds(1) || timespan > TimeSpan.FromDays(366)))
        {
            throw new ChangeRefusedException(Refusal.Invalid, "a window lasts from one second to 366 days");
        }
    }

    private static string Describe(string group, RuleTuning? tuning) =>
        $"{(group.Length > 0 ? $"group={group} " : "")}{(tuning is null ? RuleOverride.None : RuleOverride.Of(tuning.Thresholds))}";
}

using System.Globalization;
using SensorNet.Console.Cli;
using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>Tuning, testing, editing and the history of rules.</summary>
internal sealed partial class RulesView
{
    private string? WhyNoTest() => !Model.Link.IsUp ? "the collector cannot be reached" : Model.Me is { Role: Role.Viewer } ? "it needs the role operator" : null;

    private void AskDetail(Rule rule) => Screens.Load(
        (collector, cancellation) => collector.GetRuleAsync(rule.Id, cancellation),
        detail =>
        {
            if (_details.Count >= 64)
            {
                _details.Clear();
            }

            _details[detail.Rule.Id] = detail;
        });

    /// <summary>Numbers for all hosts, or with <c>group:NAME</c> for one host group; what follows <c>#</c> is the comment.</summary>
    private void Tune()
    {
        var rule = SelectedItem!;
        var now = RuleText.Of(_details.GetValueOrDefault(rule.Id)?.Effective);
        Screens.AskText($"tune {rule.Name}: ", now, text =>
        {
            var hash = text.IndexOf('#', StringComparison.Ordinal);
            var words = (hash < 0 ? text : text[..hash]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var group = words.FirstOrDefault(w => w.StartsWith("group:", StringComparison.Ordinal))?[6..] ?? "";
            if (RuleText.Parse(words.Where(w => !w.StartsWith("group:", StringComparison.Ordinal)), out var numbers) is { } complaint)
            {
                Screens.Toast(complaint);
                return;
            }

            var before = _details.GetValueOrDefault(rule.Id)?.Tunings.FirstOrDefault(t => t.Group == group && t.File.Length == 0)?.Thresholds;
            SendTuning(rule, group, numbers, hash < 0 ? "" : text[(hash + 1)..].Trim(), rule.Revision, () => SendTuning(rule, group, before ?? new RuleThresholds(), "undone", 0, null));
        }, "group:NAME  # why  (nothing: its usual numbers)");
    }

    private void SendTuning(Rule rule, string group, RuleThresholds numbers, string comment, uint revision, Action? undo)
    {
        var request = new TuneRuleRequest { Id = rule.Id, Group = group, Thresholds = numbers, Comment = comment, Revision = revision };
        Screens.Change(
            (collector, cancellation) => collector.TuneRuleAsync(request, cancellation),
            tuned =>
            {
                var said = RuleText.Of(numbers) is { Length: > 0 } words ? $"{rule.Name}: {words}" : $"{rule.Name} has its usual numbers";
                if (undo is null)
                {
                    Screens.Toast(said);
                }
                else
                {
                    Screens.OfferUndo(said, undo);
                }

                _asked = default;
                Refresh();
            });
    }

    /// <summary>Asks for other numbers and how far back, and reads the stored events again.</summary>
    private void Test()
    {
        var rule = SelectedItem!;
        var now = RuleText.Of(_details.GetValueOrDefault(rule.Id)?.Effective);
        Screens.AskText($"test {rule.Name}: ", $"{now} since:24h".TrimStart(), text => StartTest(rule.Name, "", text), "numbers to try");
    }

    private void StartTest(string rule, string yaml, string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var since = words.FirstOrDefault(w => w.StartsWith("since:", StringComparison.Ordinal))?[6..] ?? "24h";
        if (!Times.TryParsePoint(since, Screens.Now, out var from))
        {
            Screens.Toast($"'{since}' is neither a length like 24h nor a time");
            return;
        }

        if (RuleText.Parse(words.Where(w => !w.StartsWith("since:", StringComparison.Ordinal)), out var numbers) is { } complaint)
        {
            Screens.Toast(complaint);
            return;
        }

        Screens.Push(new RuleTestView(Screens, new TestRuleRequest { Rule = rule, Yaml = yaml, Thresholds = numbers, Time = new TimeRange { From = from }, Compare = yaml.Length == 0 }));
    }

    /// <summary>
    /// A copy of the rule in the operator's editor, checked and tested by the collector. Rule files belong to the
    /// collector's host: what proves good is put there and read with a reload.
    /// </summary>
    private void Edit()
    {
        var rule = SelectedItem!;
        Screens.Load((collector, cancellation) => collector.GetRuleAsync(rule.Id, cancellation), detail => Screens.EditText($"{rule.Name}.yml", detail.Yaml, (path, text) =>
        {
            if (text == detail.Yaml)
            {
                Screens.Toast($"Nothing was changed; the copy is {path}");
                return;
            }

            Screens.Load((collector, cancellation) => collector.CheckRulesAsync(new CheckRulesRequest { Yaml = text, File = Path.GetFileName(path) }, cancellation), check =>
            {
                if (check.Problems.Any(p => !p.Warning))
                {
                    var document = new Document();
                    check.Problems.ToList().ForEach(p => document.Add(RuleReport.Problem(p), p.Warning ? StyleRole.Medium : StyleRole.Bad));
                    Screens.Open(new TextOverlay($"Not usable yet: {path}", document.Add("").Add("e edits the rule anew; the copy stays where it is.", StyleRole.Dim)));
                    return;
                }

                StartTest(check.Rules.Any(r => r.Name == rule.Name) ? rule.Name : "", text, "since:24h");
                Screens.Toast($"Right. To use it, put {path} among the collector's rule files; L reloads them");
            });
        }));
    }

    private void History()
    {
        var rule = SelectedItem!;
        var document = new Document().Add("asking the collector ...", StyleRole.Dim);
        Screens.Push(new DetailView(Screens, () => $"History of {rule.Name}", () => document, []));
        Screens.Load((collector, cancellation) => collector.GetRuleHistoryAsync(new GetRuleHistoryRequest { Id = rule.Id }, cancellation), changes =>
        {
            document = new Document();
            foreach (var change in changes)
            {
                document.Add(string.Create(CultureInfo.InvariantCulture, $"rev {change.Revision}  {Times.Iso(change.Time)}  {change.Actor}  {change.Operation}  {(change.Comment.Length > 0 ? $"\"{change.Comment}\"" : "")}"), StyleRole.Title);
                document.Field("before", change.Before, StyleRole.Bad).Field("after", change.After, StyleRole.Good);
                foreach (var line in change.Diff)
                {
                    document.Add("  " + line, line.StartsWith('-') ? StyleRole.Bad : line.StartsWith('+') ? StyleRole.Good : StyleRole.Dim);
                }
            }

            if (changes.Count == 0)
            {
                document.Add("Nobody has changed this rule since the collector was set up.", StyleRole.Dim);
            }
        });
    }

    /// <summary>Says what reading the files again would change, and does it once that is confirmed.</summary>
    private void Reload() => Screens.Change((collector, cancellation) => collector.ReloadRulesAsync(dryRun: true, cancellation), would =>
    {
        if (would.Added.Count + would.Changed.Count + would.Removed.Count + would.Problems.Count == 0)
        {
            Screens.Toast("The rule files have not changed");
            return;
        }

        Screens.Confirm("Read the rule files again?", [.. RuleReport.Reload(would, preview: true).Take(12)], () => Screens.Change(
            (collector, cancellation) => collector.ReloadRulesAsync(dryRun: false, cancellation),
            done =>
            {
                Screens.Toast(RuleReport.Reload(done, preview: false)[0]);
                Refresh();
            }));
    });
}

using System.CommandLine;
using System.Globalization;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Client;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary><c>sensornet rules ...</c>: what runs, how it is set, what it would find.</summary>
internal sealed class RuleCommands(CommandBuilder commands)
{
    private readonly Argument<string> _rule = new("rule") { Description = "Name or id of a rule" };
    private readonly Argument<string[]> _rules = new("rule") { Description = "Name or id of a rule; several at once", Arity = ArgumentArity.OneOrMore };
    private readonly Argument<string?> _maybeRule = new("rule") { Description = "Name or id; with --file it may be left out when the file has one rule that nothing else uses", Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string[]> _numbers = new("numbers") { Description = $"{RuleText.Words}; none: take the rule's own numbers back", Arity = ArgumentArity.ZeroOrMore };
    private readonly Argument<string[]> _key = new("key") { Description = "field=value for each of the rule's group-by fields, e.g. source.ip=192.0.2.1 host.name=pbx1", Arity = ArgumentArity.ZeroOrMore };
    private readonly Argument<string[]> _files = new("file") { Description = "Rule files (YAML); '-' is standard input", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Evaluate it without raising alerts" };
    private readonly Option<bool> _yaml = new("--yaml") { Description = "Print the rule's document as it stands in its file" };
    private readonly Option<string?> _group = new("--group") { Description = "Only for the hosts of this group", HelpName = "name" };
    private readonly Option<string?> _comment = new("--comment", "-m") { Description = "Why; kept in the rule's history", HelpName = "text" };
    private readonly Option<string?> _since = CommonOptions.Since();
    private readonly Option<string?> _until = CommonOptions.Until();
    private readonly Option<int> _limit = CommonOptions.Limit(100);
    private readonly Option<string?> _file = new("--file", "-f") { Description = "Test rules of your own from this YAML file", HelpName = "file" };
    private readonly Option<string[]> _set = new("--set") { Description = $"Try other numbers: {RuleText.Words}; may be repeated", HelpName = "word" };
    private readonly Option<bool> _compare = new("--compare") { Description = "Also say what the rule as it runs now finds" };
    private readonly Option<bool> _preview = new("--preview") { Description = "Only say what would change" };

    public Command Build() => CommandBuilder.Group(
        "rules",
        "Detection rules: what runs, how it is set, what it would find",
        commands.Create("list", "Every rule with its hits and its cost", ListAsync),
        commands.Create("show", "One rule in full: text, numbers, who set them", ShowAsync, _rule, _yaml),
        commands.Create("enable", "Switch rules on", c => SetAsync(c, enabled: true), _rules, _dryRun),
        commands.Create("disable", "Switch rules off", c => SetAsync(c, enabled: false), _rules),
        commands.Create("state", "How near a key is to firing a correlation, such as whether an address is guessing passwords now", StateAsync, _rule, _key),
        commands.Create("tune", "Lay numbers over a rule; kept over restarts", TuneAsync, _rule, _numbers, _group, _comment),
        commands.Create("history", "Who changed a rule, and what, newest first", HistoryAsync, _rule, _limit),
        commands.Create("test", "What a rule would have found in the stored events; changes nothing", TestAsync, _maybeRule, _file, _set, _since, _until, _compare, _limit),
        commands.Create("check", "Compile rule files and say what is wrong with them; changes nothing", CheckAsync, _files),
        commands.Create("reload", "Read the collector's rule files again", ReloadAsync, _preview));

    private async Task<int> ListAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var rules = await collector.ListRulesAsync(context.Cancellation);
        context.Listing.Write(
            RuleListing.Listing, rules.OrderByDescending(r => r.Level).ThenBy(r => r.Name, StringComparer.Ordinal).ToList(), "No rules are loaded.");
        return ExitCodes.Ok;
    }

    private async Task<int> ShowAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var found = await collector.GetRuleAsync(context.Get(_rule)!, context.Cancellation);
        if (context.Get(_yaml))
        {
            foreach (var line in found.Yaml.Split('\n'))
            {
                context.Out.WriteLine(SafeText.Clean(line.TrimEnd('\r')));
            }
        }
        else if (context.Json)
        {
            context.Out.WriteLine(ListingWriter.ToJson(RuleReport.WriteJson, found));
        }
        else
        {
            RuleReport.Lines(found, context.Host.Time.GetUtcNow()).ForEach(line => context.Out.WriteLine(SafeText.Clean(line)));
        }

        return ExitCodes.Ok;
    }

    private async Task<int> SetAsync(CommandContext context, bool enabled)
    {
        await using var collector = context.Connect();
        var changed = new List<Rule>();
        foreach (var rule in Find(await collector.ListRulesAsync(context.Cancellation), context.Get(_rules)!))
        {
            var request = new SetRuleRequest { Id = rule.Id, Enabled = enabled };
            if (enabled)
            {
                request.DryRun = context.Get(_dryRun);
            }

            changed.Add(await collector.SetRuleAsync(request, context.Cancellation));
        }

        context.Listing.Write(RuleListing.Listing, changed, "");
        return ExitCodes.Ok;
    }

    private async Task<int> StateAsync(CommandContext context)
    {
        var request = new GetCorrelationStateRequest { Rule = context.Get(_rule)! };
        foreach (var part in context.Get(_key)!)
        {
            request.Key.Add(part.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
                ? new GroupKeyPart { Field = part[..at], Value = part[(at + 1)..] }
                : throw new UsageException($"'{part}' is not field=value."));
        }

        await using var collector = context.Connect();
        var state = await collector.GetCorrelationStateAsync(request, context.Cancellation);
        context.Out.WriteLine(context.Json ? ListingWriter.ToJson(RuleReport.WriteState, state) : RuleReport.State(state));
        return ExitCodes.Ok;
    }

    private async Task<int> TuneAsync(CommandContext context)
    {
        var request = new TuneRuleRequest { Id = context.Get(_rule)!, Group = context.Get(_group) ?? "", Comment = context.Get(_comment) ?? "", Thresholds = Numbers(context.Get(_numbers)) };
        await using var collector = context.Connect();
        var tuned = await collector.TuneRuleAsync(request, context.Cancellation);
        if (context.Json)
        {
            context.Out.WriteLine(ListingWriter.ToJson(RuleListing.WriteJson, tuned.Rule));
            return ExitCodes.Ok;
        }

        context.Out.WriteLine(SafeText.Clean($"{tuned.Rule.Name}  revision {tuned.Rule.Revision}  {RuleText.Threshold(tuned.Rule)}"));
        RuleReport.Tunings(tuned.Tunings).ForEach(line => context.Out.WriteLine(SafeText.Clean("  " + line)));
        return ExitCodes.Ok;
    }

    private async Task<int> HistoryAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var request = new GetRuleHistoryRequest { Id = context.Get(_rule)!, Limit = (uint)context.Get(_limit) };
        context.Listing.Write(RuleChangeListing.Listing, await collector.GetRuleHistoryAsync(request, context.Cancellation), "Nobody has changed this rule.");
        return ExitCodes.Ok;
    }

    private async Task<int> TestAsync(CommandContext context)
    {
        var request = new TestRuleRequest
        {
            Rule = context.Get(_maybeRule) ?? "",
            Yaml = context.Get(_file) is { } file ? await ReadAsync(file, context.Cancellation) : "",
            Time = context.Range(_since, _until),
            Thresholds = Numbers(context.Get(_set)),
            Compare = context.Get(_compare),
            Limit = (uint)context.Get(_limit),
        };
        if (request.Rule.Length == 0 && request.Yaml.Length == 0)
        {
            throw new UsageException("rules test needs a rule's name, or --file FILE.");
        }

        await using var collector = context.Connect();
        var alerts = new List<Alert>();
        TestSummary? summary = null;
        using (var progress = new ProgressLine(context.Host))
        {
            await foreach (var part in collector.TestRuleAsync(request, context.Cancellation))
            {
                switch (part.KindCase)
                {
                    case TestRuleResponse.KindOneofCase.Progress:
                        progress.Show(part.Progress.Done, string.Create(CultureInfo.InvariantCulture, $"{part.Progress.Events:N0} events, {part.Progress.Alerts:N0} alerts"));
                        break;
                    case TestRuleResponse.KindOneofCase.Alert:
                        alerts.Add(part.Alert);
                        break;
                    case TestRuleResponse.KindOneofCase.Summary:
                        summary = part.Summary;
                        break;
                    case TestRuleResponse.KindOneofCase.Problems:
                        context.Listing.Write(RuleChangeListing.Problems, part.Problems.Problems, "");
                        return ExitCodes.Usage;
                    default:
                        break;
                }
            }
        }

        if (summary is null)
        {
            throw new CollectorException(CollectorFailure.Internal, "The collector ended the test without a summary.");
        }

        if (context.Json)
        {
            context.Out.WriteLine(ListingWriter.ToJson(RuleReport.WriteTest, (summary, alerts)));
            return ExitCodes.Ok;
        }

        context.Listing.Write(AlertListing.Listing, alerts, "It would have raised no alert.");
        RuleReport.Test(summary, request.Compare).ForEach(line => context.Out.WriteLine(SafeText.Clean(line)));
        return ExitCodes.Ok;
    }

    private async Task<int> CheckAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var problems = new List<RuleProblem>();
        var good = 0;
        foreach (var file in context.Get(_files)!)
        {
            var request = new CheckRulesRequest { Yaml = await ReadAsync(file, context.Cancellation), File = file == "-" ? "" : file };
            var found = await collector.CheckRulesAsync(request, context.Cancellation);
            problems.AddRange(found.Problems);
            good += found.Rules.Count;
        }

        context.Listing.Write(RuleChangeListing.Problems, problems, "");
        if (!context.Json)
        {
            context.Host.Error.WriteLine($"{(good == 1 ? "1 rule is" : $"{good} rules are")} right, {problems.Count(p => !p.Warning)} errors, {problems.Count(p => p.Warning)} warnings.");
        }

        return problems.Any(p => !p.Warning) ? ExitCodes.Failure : ExitCodes.Ok;
    }

    private async Task<int> ReloadAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var reloaded = await collector.ReloadRulesAsync(context.Get(_preview), context.Cancellation);
        if (context.Json)
        {
            context.Out.WriteLine(ListingWriter.ToJson(RuleReport.WriteReload, reloaded));
        }
        else
        {
            RuleReport.Reload(reloaded, context.Get(_preview)).ForEach(line => context.Out.WriteLine(SafeText.Clean(line)));
        }

        return reloaded.Problems.Any(p => !p.Warning) ? ExitCodes.Failure : ExitCodes.Ok;
    }

    private static RuleThresholds Numbers(string[]? words) =>
        RuleText.Parse(words ?? [], out var numbers) is { } complaint ? throw new UsageException(SafeText.Clean(complaint)) : numbers;

    private static async Task<string> ReadAsync(string file, CancellationToken cancellation)
    {
        try
        {
            return file == "-" ? await System.Console.In.ReadToEndAsync(cancellation) : await File.ReadAllTextAsync(file, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputFileException($"{file} cannot be read: {e.Message}", e);
        }
    }

    private static List<Rule> Find(IReadOnlyList<Rule> rules, string[] given) =>
        given.Select(name => rules.FirstOrDefault(r => r.Id == name || string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new CollectorException(CollectorFailure.NotFound, $"There is no rule '{name}'. 'sensornet rules list' shows them.")).Distinct().ToList();
}

using System.CommandLine;
using System.Globalization;
using SensorNet.Console.Cli.Listings;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary><c>sensornet status|stats|audit|tokens|backup ...</c>: how the system is, and who may speak to it.</summary>
internal sealed class AdminCommands(CommandBuilder commands)
{
    private static readonly string[] Dimensions = ["type", "severity", "sensor", "host", "method", "status", "source", "user", "category"];
    private static readonly string[] Roles = ["sensor", "viewer", "operator", "admin"];

    private readonly Option<string?> _since = CommonOptions.Since();
    private readonly Option<string?> _until = CommonOptions.Until();
    private readonly Option<string[]> _by = By();
    private readonly Option<int> _top = new("--top") { Description = "So many values of each", DefaultValueFactory = _ => 10, HelpName = "count" };
    private readonly Option<string?> _query = new("--query", "-q") { Description = "Only events that match", HelpName = "text" };
    private readonly Option<string?> _bucket = new("--bucket") { Description = "Also counts over time, in steps of this length", HelpName = "length" };
    private readonly Option<string?> _actor = new("--actor") { Description = "Done by", HelpName = "name" };
    private readonly Option<int> _limit = CommonOptions.Limit(100);
    private readonly Option<string?> _role = CommonOptions.Word("--role", "What its holder may be", Roles);
    private readonly Option<string?> _name = new("--name") { Description = "The only name that may be taken with it", HelpName = "name" };
    private readonly Option<string?> _ttl = new("--ttl") { Description = "How long it can be used [default: 1h]", HelpName = "length" };
    private readonly Option<uint> _uses = new("--uses") { Description = "How often it can be used [default: 1]", HelpName = "count" };
    private readonly Option<string[]> _groups = new("--group") { Description = "Only for hosts of this group; may be repeated", HelpName = "name" };
    private readonly Option<bool> _bearer = new("--bearer") { Description = "A bearer token for an operator's tool instead of one to enrol with" };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "Print the token alone" };
    private readonly Argument<string> _tokenId = new("token") { Description = "The token's id" };
    private readonly Argument<string> _directory = new("folder") { Description = "Folder on the collector's host that the backup goes to" };

    public Command BuildStatus() =>
        commands.Create("status", "How the collector is, and who it takes you for", StatusAsync);

    public Command BuildStats() =>
        commands.Create("stats", "Counts of events by type, severity, source and more", StatsAsync, _since, _until, _by, _top, _query, _bucket);

    public Command BuildAudit() => CommandBuilder.Group(
        "audit",
        "Who changed what",
        commands.Create("list", "Changes, newest first", AuditAsync, _since, _until, _actor, _limit));

    public Command BuildTokens() => CommandBuilder.Group(
        "tokens",
        "Let sensors and operators in",
        commands.Create("create", "A new token; it is shown once", CreateTokenAsync, _role, _name, _ttl, _uses, _groups, _bearer, _quiet),
        commands.Create("list", "The tokens that exist", ListTokensAsync),
        commands.Create("revoke", "Make a token worthless", RevokeTokenAsync, _tokenId));

    public Command BuildBackup() =>
        commands.Create("backup", "Write a consistent copy of the store", BackupAsync, _directory);

    private static async Task<int> StatusAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var status = await collector.GetStatusAsync(context.Cancellation);
        var me = await collector.WhoAmIAsync(context.Cancellation);
        if (context.Json)
        {
            context.Out.WriteLine(ListingWriter.ToJson(StatusReport.WriteJson, (status, me)));
        }
        else
        {
            StatusReport.Write(context.Out, collector.Address, status, me);
        }

        return ExitCodes.Ok;
    }

    private async Task<int> StatsAsync(CommandContext context)
    {
        var request = new GetStatisticsRequest
        {
            Time = context.Range(_since, _until),
            Top = (uint)Math.Clamp(context.Get(_top), 1, 10_000),
            Query = context.Get(_query) ?? "",
            BucketS = (uint)Math.Min(context.Seconds(_bucket), uint.MaxValue),
        };
        var by = context.Get(_by);
        request.GroupBy.AddRange(by is { Length: > 0 } ? by : ["type", "severity", "source", "user", "status"]);
        await using var collector = context.Connect();
        var statistics = await collector.GetStatisticsAsync(request, context.Cancellation);
        if (context.Json)
        {
            context.Out.WriteLine(ListingWriter.ToJson(StatisticsReport.WriteJson, statistics));
        }
        else
        {
            StatisticsReport.Write(context.Host, statistics);
        }

        return ExitCodes.Ok;
    }

    private async Task<int> AuditAsync(CommandContext context)
    {
        var request = new ListAuditRequest
        {
            Time = context.Range(_since, _until),
            Actor = context.Get(_actor) ?? "",
            Limit = (uint)context.Get(_limit),
        };
        await using var collector = context.Connect();
        await context.Listing.WriteAsync(AuditListing.Listing, collector.ListAuditAsync(request, context.Cancellation), "No changes are recorded.");
        return ExitCodes.Ok;
    }

    private async Task<int> CreateTokenAsync(CommandContext context)
    {
        var request = new CreateTokenRequest
        {
            Role = context.Get(_role) is { } word ? (Role)(Array.IndexOf(Roles, word) + 1) : Role.Sensor,
            Name = context.Get(_name) ?? "",
            TtlS = context.Seconds(_ttl),
            Uses = context.Get(_uses),
            Bearer = context.Get(_bearer),
        };
        request.Groups.AddRange(context.Get(_groups) ?? []);
        await using var collector = context.Connect();
        var token = await collector.CreateTokenAsync(request, context.Cancellation);
        if (context.Json)
        {
            context.Out.WriteLine(ListingWriter.ToJson(
                (json, t) =>
                {
                    json.WriteStartObject();
                    json.WriteString("token", t.Token);
                    json.WriteString("id", t.Id);
                    json.Time("expires", t.Expires);
                    json.WriteEndObject();
                },
                token));
        }
        else if (context.Get(_quiet))
        {
            context.Out.WriteLine(Tui.SafeText.Clean(token.Token));
        }
        else
        {
            context.Out.WriteLine(Tui.SafeText.Clean(token.Token));
            context.Host.Error.WriteLine(Tui.SafeText.Clean($"Token {token.Id} for a new {request.Role.ToString().ToLowerInvariant()}, good until {Display.Times.Iso(token.Expires)}. It is not shown again."));
        }

        return ExitCodes.Ok;
    }

    private static async Task<int> ListTokensAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        context.Listing.Write(TokenListing.Listing, await collector.ListTokensAsync(context.Cancellation), "There are no tokens.");
        return ExitCodes.Ok;
    }

    private async Task<int> RevokeTokenAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        await collector.RevokeTokenAsync(context.Get(_tokenId)!, context.Cancellation);
        return ExitCodes.Ok;
    }

    private async Task<int> BackupAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var work = collector.BackupAsync(context.Get(_directory)!, context.Cancellation);
        using (var progress = new ProgressLine(context.Host))
        {
            // The collector does not say how far it is; that it is at work, and for how long, can be said.
            var began = context.Host.Time.GetUtcNow();
            while (await Task.WhenAny(work, Task.Delay(TimeSpan.FromSeconds(1), context.Host.Time, context.Cancellation)) != work && !context.Cancellation.IsCancellationRequested)
            {
                progress.Show(-1, $"copying, {Display.Times.Length(context.Host.Time.GetUtcNow() - began)}");
            }
        }

        var bytes = await work;
        context.Out.WriteLine(context.Json
            ? string.Create(CultureInfo.InvariantCulture, $"{{\"bytes\":{bytes}}}")
            : $"Backed up {Display.Figures.Bytes(bytes)}.");
        return ExitCodes.Ok;
    }

    private static Option<string[]> By()
    {
        var option = new Option<string[]>("--by")
        {
            Description = $"Count by one of: {string.Join(", ", Dimensions)}; may be repeated",
            HelpName = "word",
        };
        option.CompletionSources.Add(Dimensions);
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !Dimensions.Contains(token.Value)))
            {
                result.AddError($"--by '{token.Value}' is not one of: {string.Join(", ", Dimensions)}.");
            }
        });
        return option;
    }
}

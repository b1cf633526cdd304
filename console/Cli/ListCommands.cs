using System.CommandLine;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary><c>sensornet lists|silences ...</c>: what operators tell the rules about the world.</summary>
internal sealed class ListCommands(CommandBuilder commands)
{
    private readonly Argument<string> _list = new("list") { Description = "The list's name; a new name makes a new list of texts" };
    private readonly Argument<string?> _maybeList = new("list") { Description = "The list's name; none: all lists", Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string[]> _values = new("value") { Description = "Addresses, networks, number prefixes or texts", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _value = new("--value") { Description = "Only entries that are this value or hold this address", HelpName = "value" };
    private readonly Option<string?> _comment = new("--comment", "-m") { Description = "Why; kept with the entry", HelpName = "text" };
    private readonly Option<string?> _for = new("--for") { Description = "For so long [default: for good]", HelpName = "length" };
    private readonly Option<string?> _reason = new("--reason", "-m") { Description = "Why; kept in the audit trail", HelpName = "text" };
    private readonly Option<bool> _all = new("--all") { Description = "Also those that are over" };
    private readonly Option<string?> _rule = new("--rule") { Description = "Alerts of this rule, or of all that begin so with NAME*", HelpName = "name" };
    private readonly Option<string?> _source = CommonOptions.Source();
    private readonly Option<string?> _user = CommonOptions.User();
    private readonly Option<string?> _host = CommonOptions.Host();
    private readonly Option<string?> _level = CommonOptions.Word("--max-level", "Only alerts up to this level", Words.LevelNames);
    private readonly Option<string?> _length = new("--for") { Description = "For so long [default: 24h]", HelpName = "length" };
    private readonly Option<string?> _why = new("--reason", "-m") { Description = "Why", HelpName = "text" };
    private readonly Argument<string> _id = new("silence") { Description = "The silence's id" };

    public Command BuildLists() => CommandBuilder.Group(
        "lists",
        "Named lists of addresses, numbers and words that rules read",
        commands.Create("list", "The lists there are", ListAsync),
        commands.Create("show", "The entries of a list", ShowAsync, _maybeList, _value),
        commands.Create("add", "Add entries to a list", AddAsync, _list, _values, _for, _comment),
        commands.Create("remove", "Take entries off a list", RemoveAsync, _list, _values, _reason));

    public Command BuildSilences() => CommandBuilder.Group(
        "silences",
        "No alerts of a kind for a time: planned work, a known test",
        commands.Create("list", "The silences there are", ListSilencesAsync, _all),
        commands.Create("add", "Keep alerts quiet that meet all that is given", AddSilenceAsync, _rule, _source, _user, _host, _level, _length, _why),
        commands.Create("remove", "End a silence now", RemoveSilenceAsync, _id, _reason));

    private static async Task<int> ListAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        context.Listing.Write(NamedListListing.Listing, await collector.ListListsAsync(context.Cancellation), "There are no lists.");
        return ExitCodes.Ok;
    }

    private async Task<int> ShowAsync(CommandContext context)
    {
        var request = new ListEntriesRequest { List = context.Get(_maybeList) ?? "", Value = context.Get(_value) ?? "" };
        await using var collector = context.Connect();
        await context.Listing.WriteAsync(NamedListListing.Entries, collector.ListEntriesAsync(request, context.Cancellation), "There are no entries.");
        return ExitCodes.Ok;
    }

    private async Task<int> AddAsync(CommandContext context)
    {
        var request = new AddEntriesRequest { List = context.Get(_list)!, Comment = context.Get(_comment) ?? "", ExpiresS = context.Seconds(_for) };
        request.Values.AddRange(context.Get(_values)!);
        await using var collector = context.Connect();
        context.Listing.Write(NamedListListing.Entries, (await collector.AddEntriesAsync(request, context.Cancellation)).Entries, "");
        return ExitCodes.Ok;
    }

    private async Task<int> RemoveAsync(CommandContext context)
    {
        var request = new RemoveEntriesRequest { List = context.Get(_list)!, Reason = context.Get(_reason) ?? "" };
        request.Values.AddRange(context.Get(_values)!);
        await using var collector = context.Connect();
        var removed = await collector.RemoveEntriesAsync(request, context.Cancellation);
        context.Out.WriteLine(context.Json ? $"{{\"removed\":{removed}}}" : SafeText.Clean($"Removed {removed} of {request.Values.Count} from {request.List}."));
        return ExitCodes.Ok;
    }

    private async Task<int> ListSilencesAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        context.Listing.Write(SilenceListing.Listing, await collector.ListSilencesAsync(context.Get(_all), context.Cancellation), "Nothing is silenced.");
        return ExitCodes.Ok;
    }

    private async Task<int> AddSilenceAsync(CommandContext context)
    {
        var silence = new Silence
        {
            Rule = context.Get(_rule) ?? "",
            Source = context.Get(_source) ?? "",
            User = context.Get(_user) ?? "",
            Host = context.Get(_host) ?? "",
            MaxLevel = context.Get(_level) is { } word ? (AlertLevel)(Array.IndexOf(Words.LevelNames, word) + 1) : AlertLevel.Unspecified,
            Reason = context.Get(_why) ?? "",
        };
        if (SilenceText.Of(silence).Length == 0)
        {
            throw new UsageException("A silence needs at least one of --rule, --source, --user, --host, --max-level.");
        }

        var seconds = context.Seconds(_length);
        await using var collector = context.Connect();
        var added = await collector.AddSilenceAsync(new AddSilenceRequest { Silence = silence, DurationS = seconds == 0 ? 86_400 : seconds }, context.Cancellation);
        context.Listing.Write(SilenceListing.Listing, [added], "");
        return ExitCodes.Ok;
    }

    private async Task<int> RemoveSilenceAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var removed = await collector.RemoveSilenceAsync(new RemoveSilenceRequest { Id = context.Get(_id)!, Reason = context.Get(_reason) ?? "" }, context.Cancellation);
        context.Listing.Write(SilenceListing.Listing, [removed], "");
        return ExitCodes.Ok;
    }
}

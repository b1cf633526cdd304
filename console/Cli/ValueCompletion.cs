using System.CommandLine;
using System.CommandLine.Completions;
using SensorNet.Console.Client;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary>
/// Completes what the collector knows - ids, names, addresses - wherever an argument or an option is named after it. A
/// collector that does not answer at once has nothing to add.
/// </summary>
internal sealed class ValueCompletion(CliHost host, GlobalOptions globals)
{
    private const uint Most = 200;

    // Of an id as much as tells it from others, unless more of it has been typed.
    private const int IdLength = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>For a command and all below it.</summary>
    public void AddTo(Command command)
    {
        foreach (var argument in command.Arguments)
        {
            // Help would otherwise show the candidates in the place of the name, and ask the collector for them.
            argument.HelpName ??= argument.CompletionSources.Count == 0 ? argument.Name : null;
            Add(argument.CompletionSources, argument.Name);
        }

        foreach (var option in command.Options)
        {
            Add(option.CompletionSources, option.Name.TrimStart('-'));
        }

        foreach (var child in command.Subcommands)
        {
            AddTo(child);
        }
    }

    /// <summary>The candidates for the last word of a command line: options only where one is begun or nothing else fits.</summary>
    public static IEnumerable<string> Suggest(RootCommand root, string line, int position)
    {
        var until = line[..Math.Clamp(position, 0, line.Length)];
        var word = until[(until.LastIndexOf(' ') + 1)..];
        var fitting = root.Parse(line).GetCompletions(position).Select(c => c.Label).Where(c => c.StartsWith(word, StringComparison.Ordinal)).Distinct().ToList();
        var values = fitting.Where(c => !c.StartsWith('-') && c is not ("/?" or "/h")).ToList();
        return values.Count > 0 ? values : fitting;
    }

    private void Add(List<Func<CompletionContext, IEnumerable<CompletionItem>>> sources, string name)
    {
        if (name is "type" or "disable" or "enable")
        {
            sources.Add(_ => EventTypes.All.Select(t => new CompletionItem(t.Name)));
        }
        else if (name == "context")
        {
            sources.Add(context => Contexts(context).Select(c => new CompletionItem(c)));
        }
        else if (SourceOf(name) is { } ask)
        {
            sources.Add(context => Ask(context, ask).Select(v => new CompletionItem(v)));
        }
    }

    private static Func<ICollector, string, CancellationToken, Task<IEnumerable<string>>>? SourceOf(string name) => name switch
    {
        "alert" => async (c, word, stop) => (await TakeAsync(c.ListAlertsAsync(new ListAlertsRequest { Limit = Most }, stop))).Select(a => Id(a.AlertId, word)),
        "incident" => async (c, word, stop) => (await TakeAsync(c.ListIncidentsAsync(new ListIncidentsRequest { Limit = Most }, stop))).Select(i => Id(i.IncidentId, word)),
        "rule" => async (c, _, stop) => (await c.ListRulesAsync(stop)).Select(r => r.Name.Length > 0 ? r.Name : r.Id),
        "sensor" => async (c, _, stop) => (await c.ListSensorsAsync(stop)).Select(s => s.Id),
        "source" => async (c, _, stop) => (await TakeAsync(c.ListEntitiesAsync(new ListEntitiesRequest { Kind = "source", Order = "failures", Limit = Most }, stop))).Select(e => e.Id),
        "list" => async (c, _, stop) => (await c.ListListsAsync(stop)).Select(l => l.Name),
        "silence" => async (c, _, stop) => (await c.ListSilencesAsync(false, stop)).Select(s => s.Id),
        "token" => async (c, _, stop) => (await c.ListTokensAsync(stop)).Select(t => t.Id),
        "call-id" => async (c, _, stop) => (await TakeAsync(c.ListCallsAsync(new ListCallsRequest { Limit = Most }, stop))).Select(call => call.CallId),
        _ => null,
    };

    private List<string> Ask(CompletionContext context, Func<ICollector, string, CancellationToken, Task<IEnumerable<string>>> question)
    {
        using var stop = new CancellationTokenSource(Patience);
        try
        {
            return Task.Run(AskAsync).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is CollectorException or ConfigurationException or UsageException or OperationCanceledException)
        {
            return [];
        }

        async Task<List<string>> AskAsync()
        {
            await using var collector = new CommandContext(context.ParseResult, host, globals, stop.Token).Connect();

            // What the network sent is a candidate only if a shell takes it for a word.
            return [.. (await question(collector, context.WordToComplete, stop.Token)).Where(v => v.All(c => char.IsAsciiLetterOrDigit(c) || "._-:@/+".Contains(c)))];
        }
    }

    private IEnumerable<string> Contexts(CompletionContext context)
    {
        try
        {
            return globals.Read(context.ParseResult).ReadConfig(host).Contexts.Keys;
        }
        catch (ConfigurationException)
        {
            return [];
        }
    }

    private static string Id(string id, string word) => word.Length < IdLength && id.Length > IdLength ? id[..IdLength] : id;

    private static async Task<List<T>> TakeAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }
}

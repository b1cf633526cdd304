using System.CommandLine;
using System.CommandLine.Help;
using SensorNet.Console.Tui;

namespace SensorNet.Console.Cli;

/// <summary>The whole command line of <c>sensornet</c>.</summary>
internal sealed class CommandTree
{
    private readonly CliHost _host;
    private readonly RootCommand _root;

    public CommandTree(CliHost host)
    {
        _host = host;
        var globals = new GlobalOptions();
        var commands = new CommandBuilder(host, globals);
        var view = new Argument<string?>("view")
        {
            Description = "View to begin with: overview, alerts, events, calls, registrations, sources, sensors, rules, statistics, audit, incidents, silences, lists",
            Arity = ArgumentArity.ZeroOrOne,
        };

        _root = new RootCommand("SensorNet's console. Without a command it opens the screens; every command also works in scripts.");
        globals.AddTo(_root);
        _root.Subcommands.Add(commands.Create("open", "Open the screens at a view", c => OpenAsync(c, c.Get(view)), view));
        _root.Subcommands.Add(new AlertCommands(commands).Build());
        _root.Subcommands.Add(new IncidentCommands(commands).Build());
        _root.Subcommands.Add(new EventCommands(commands).Build());
        var calls = new CallCommands(commands);
        _root.Subcommands.Add(calls.BuildCalls());
        _root.Subcommands.Add(calls.BuildRegistrations());
        var fleet = new FleetCommands(commands);
        _root.Subcommands.Add(fleet.BuildSources());
        _root.Subcommands.Add(fleet.BuildSensors());
        _root.Subcommands.Add(new RuleCommands(commands).Build());
        var lists = new ListCommands(commands);
        _root.Subcommands.Add(lists.BuildLists());
        _root.Subcommands.Add(lists.BuildSilences());
        var admin = new AdminCommands(commands);
        _root.Subcommands.Add(admin.BuildStats());
        _root.Subcommands.Add(admin.BuildStatus());
        _root.Subcommands.Add(admin.BuildAudit());
        _root.Subcommands.Add(admin.BuildTokens());
        _root.Subcommands.Add(admin.BuildBackup());
        _root.Subcommands.Add(new LoginCommand(commands).Build());
        _root.Subcommands.Add(new DoctorCommand(commands).Build());
        _root.Subcommands.Add(new KeysCommand(commands).Build());
        _root.Subcommands.Add(new CompletionCommand(commands).Build());
        if (_root.Options.OfType<HelpOption>().FirstOrDefault() is { Action: HelpAction usual } help)
        {
            // As wide as lines into a pipe may be; asked for nothing, it would ask System.Console, which sets terminal modes.
            usual.MaxWidth = host.IsTerminal ? Math.Max(40, host.Width) : int.MaxValue;
            help.Action = new HelpWithExamples(usual);
        }

        new ValueCompletion(host, globals).AddTo(_root);
        _root.SetAction((parsed, cancellation) => commands.RunAsync(parsed, c => OpenAsync(c, null), cancellation));
    }

    /// <summary>Every command there is.</summary>
    public Command Root => _root;

    /// <summary>Runs one command line and returns its exit code; never throws for what a user can cause.</summary>
    public async Task<int> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        // What the completion scripts ask: the whole line, and where in it the cursor is.
        if (arguments is [var directive, var line] && directive.StartsWith("[suggest:", StringComparison.Ordinal) && int.TryParse(directive.AsSpan(9).TrimEnd(']'), out var position))
        {
            foreach (var candidate in ValueCompletion.Suggest(_root, line, position))
            {
                _host.Out.WriteLine(candidate);
            }

            return ExitCodes.Ok;
        }

        var parsed = _root.Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is System.CommandLine.Invocation.ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
            {
                _host.Error.WriteLine("sensornet: " + SafeText.Clean(error.Message));
            }

            // "-type:x" is a query's negation to its writer, and option -t with the value "ype:x" to the parser.
            if (arguments.TakeWhile(a => a != "--").FirstOrDefault(a => a.Length > 3 && a[0] == '-' && char.IsAsciiLetter(a[1]) && a.IndexOf(':', StringComparison.Ordinal) > 2) is { } negation)
            {
                _host.Error.WriteLine($"'{SafeText.Clean(negation)}' was read as an option. A query that begins with '-' goes behind '--', or begins with 'not':  ... -- '{SafeText.Clean(negation)}'");
            }

            if (Mistyped.Hint(parsed) is { } hint)
            {
                _host.Error.WriteLine(SafeText.Clean(hint));
            }

            _host.Error.WriteLine($"Try '{$"sensornet {HelpWithExamples.PathOf(parsed.CommandResult.Command)}".TrimEnd()} --help'.");
            return ExitCodes.Usage;
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { Output = _host.Out, Error = _host.Error, ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false },
            cancellation);
    }

    private static Task<int> OpenAsync(CommandContext context, string? view) =>
        context.Host.OpenScreens(context.Globals.ForScreens(context.Host, view), context.Cancellation);
}

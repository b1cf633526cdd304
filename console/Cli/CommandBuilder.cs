using System.CommandLine;

namespace SensorNet.Console.Cli;

/// <summary>Makes commands that all fail alike: one sentence on standard error and the documented exit code.</summary>
internal sealed class CommandBuilder(CliHost host, GlobalOptions globals)
{
    /// <summary>A command with its options and arguments, in the order in which help shows them.</summary>
    public Command Create(string name, string description, Func<CommandContext, Task<int>> run, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            Add(command, symbol);
        }

        command.SetAction((parsed, cancellation) => RunAsync(parsed, run, cancellation));
        return command;
    }

    /// <summary>A command that only groups others.</summary>
    public static Command Group(string name, string description, params Command[] commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands)
        {
            group.Subcommands.Add(command);
        }

        return group;
    }

    /// <summary>Runs a command's action and turns what it throws into a sentence and an exit code.</summary>
    public Task<int> RunAsync(ParseResult parsed, Func<CommandContext, Task<int>> run, CancellationToken cancellation) =>
        Outcome.OfAsync(host, () => run(new CommandContext(parsed, host, globals, cancellation)), cancellation);

    private static void Add(Command command, Symbol symbol)
    {
        switch (symbol)
        {
            case Option option:
                command.Options.Add(option);
                break;
            case Argument argument:
                command.Arguments.Add(argument);
                break;
            case Command child:
                command.Subcommands.Add(child);
                break;
            default:
                throw new ArgumentException($"A command cannot hold {symbol}.", nameof(symbol));
        }
    }
}

using System.CommandLine;
using SensorNet.Console.Client;
using SensorNet.Console.Tui;

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
    public async Task<int> RunAsync(ParseResult parsed, Func<CommandContext, Task<int>> run, CancellationToken cancellation)
    {
        try
        {
            var code = await run(new CommandContext(parsed, host, globals, cancellation));
            await host.Out.FlushAsync(CancellationToken.None);
            return code;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (UsageException e)
        {
            return Fail(e.Message, ExitCodes.Usage);
        }
        catch (ConfigurationException e)
        {
            return Fail(e.Message, ExitCodes.Configuration);
        }
        catch (CollectorException e)
        {
            return Fail(e.Message, CodeOf(e.Failure));
        }
        catch (IOException e) when (IsBrokenPipe(e))
        {
            // The reader of our pipe (head, less) has seen enough.
            return ExitCodes.Ok;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(e.Message, ExitCodes.Failure);
        }
    }

    public static int CodeOf(CollectorFailure failure) => failure switch
    {
        CollectorFailure.Unreachable or CollectorFailure.NotAuthenticated or CollectorFailure.NotAllowed or CollectorFailure.TimedOut
            => ExitCodes.Collector,
        CollectorFailure.Invalid => ExitCodes.Usage,
        _ => ExitCodes.Failure,
    };

    private int Fail(string message, int code)
    {
        host.Error.WriteLine("sensornet: " + SafeText.Clean(message));
        return code;
    }

    // EPIPE has no exception type of its own; .NET keeps the errno in HResult.
    private static bool IsBrokenPipe(IOException e) => e.HResult == 32 || e.Message.Contains("Broken pipe", StringComparison.Ordinal);

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

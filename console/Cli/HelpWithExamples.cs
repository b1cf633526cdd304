using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SensorNet.Console.Cli;

/// <summary>The usual help, followed by examples.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        var examples = Examples.Of(PathOf(parseResult.CommandResult.Command));
        if (examples.Count > 0)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples)
            {
                output.WriteLine("  " + example);
            }

            output.WriteLine();
        }

        return code;
    }

    /// <summary>The words that lead to a command, without the program's name.</summary>
    public static string PathOf(Command command)
    {
        var path = new List<string>();
        for (Symbol? symbol = command; symbol is Command current and not RootCommand; symbol = current.Parents.FirstOrDefault())
        {
            path.Insert(0, current.Name);
        }

        return string.Join(' ', path);
    }
}

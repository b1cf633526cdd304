using System.CommandLine;
using SensorNet.Proto;

namespace SensorNet.Console.Cli;

/// <summary>What somebody may have meant who typed a command or an option that does not exist.</summary>
internal static class Mistyped
{
    /// <summary>Letters of an option such as `-n`: one change makes any other of it.</summary>
    private const int ShortOption = 2;

    /// <summary>A sentence for what of a command line nothing understood; null: nothing is near, and nothing is missing.</summary>
    public static string? Hint(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var known = command.Subcommands.SelectMany(c => c.Aliases.Append(c.Name)).Concat(command.Options.SelectMany(o => o.Aliases.Append(o.Name))).ToList();
        for (var above = Above(command); above is not null; above = Above(above))
        {
            known.AddRange(above.Options.Where(o => o.Recursive).SelectMany(o => o.Aliases.Append(o.Name)));
        }

        foreach (var token in parsed.UnmatchedTokens)
        {
            if (token.Length > ShortOption && NearestWord.Of(token, known.Where(k => k.Length > ShortOption)) is { } near)
            {
                return $"Did you mean '{near}'?";
            }
        }

        return command.Subcommands.Count == 0 ? null : $"There are: {string.Join(", ", command.Subcommands.Select(c => c.Name))}.";
    }

    private static Command? Above(Command command) => command.Parents.OfType<Command>().FirstOrDefault();
}

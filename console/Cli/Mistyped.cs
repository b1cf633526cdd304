using System.CommandLine;

namespace SensorNet.Console.Cli;

/// <summary>What somebody may have meant who typed a command or an option that does not exist.</summary>
internal static class Mistyped
{
    private const int MostChanges = 2;

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
            if (known.Select(name => (Name: name, Changes: Distance(token, name))).Where(n => n.Changes <= Math.Min(MostChanges, n.Name.TrimStart('-').Length / 2)).OrderBy(n => n.Changes).FirstOrDefault() is { Name: { } near })
            {
                return $"Did you mean '{near}'?";
            }
        }

        return command.Subcommands.Count == 0 ? null : $"There are: {string.Join(", ", command.Subcommands.Select(c => c.Name))}.";
    }

    private static Command? Above(Command command) => command.Parents.OfType<Command>().FirstOrDefault();

    // Insertions, deletions and changes of a letter (Levenshtein), and what is far apart at a glance not at all.
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > MostChanges)
        {
            return int.MaxValue;
        }

        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}

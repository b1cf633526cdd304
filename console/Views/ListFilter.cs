using System.Text.RegularExpressions;

namespace SensorNet.Console.Views;

/// <summary>
/// The filter of a list that is held here: words that a row's cells must contain, in any letter case. <c>column:text</c>
/// looks in one column, <c>!</c> or <c>-</c> before a word means it must not be there, <c>~</c> makes it a regular
/// expression. Parsed once; immutable.
/// </summary>
internal sealed class ListFilter
{
    private readonly List<(int Column, bool Negated, string Text, Regex? Regex)> _terms = [];

    private ListFilter()
    {
    }

    public static ListFilter Everything { get; } = new();

    public bool IsEmpty => _terms.Count == 0;

    /// <summary>Reads a filter; <paramref name="complaint"/> says what is wrong with it, or is null.</summary>
    public static ListFilter Parse(string text, IReadOnlyList<string> columns, out string? complaint)
    {
        var filter = new ListFilter();
        complaint = null;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var negated = word.Length > 1 && word[0] is '!' or '-';
            var rest = negated ? word[1..] : word;
            var column = -1;
            if (rest.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                var name = rest[..colon];
                for (var i = 0; i < columns.Count && column < 0; i++)
                {
                    column = columns[i].StartsWith(name, StringComparison.OrdinalIgnoreCase) ? i : -1;
                }

                rest = column >= 0 ? rest[(colon + 1)..] : rest;
            }

            Regex? regex = null;
            if (rest.StartsWith('~'))
            {
                try
                {
                    // Linear in the text whatever the pattern, so no time limit is needed that would have to be caught.
                    regex = new Regex(rest[1..], RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
                }
                catch (Exception e) when (e is ArgumentException or NotSupportedException)
                {
                    complaint = $"'{rest}' is no regular expression: {e.Message}";
                    continue;
                }
            }

            filter._terms.Add((column, negated, rest, regex));
        }

        return filter;
    }

    public bool Matches(string[] cells)
    {
        foreach (var (column, negated, text, regex) in _terms)
        {
            var found = false;
            for (var i = column < 0 ? 0 : column; i < (column < 0 ? cells.Length : column + 1) && !found; i++)
            {
                found = regex is null ? cells[i].Contains(text, StringComparison.OrdinalIgnoreCase) : regex.IsMatch(cells[i]);
            }

            if (found == negated)
            {
                return false;
            }
        }

        return true;
    }
}

using System.Text;

namespace SensorNet.Console.Views;

/// <summary>Rows as CSV (RFC 4180). A cell that a spreadsheet would run as a formula gets an apostrophe in front.</summary>
internal static class CsvText
{
    public static string Of(IEnumerable<string> headers, IEnumerable<string[]> rows)
    {
        var text = new StringBuilder();
        Line(text, headers);
        foreach (var row in rows)
        {
            Line(text, row);
        }

        return text.ToString();
    }

    /// <summary>One row.</summary>
    public static string Row(IEnumerable<string> cells)
    {
        var text = new StringBuilder();
        Line(text, cells);
        return text.ToString();
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells)
    {
        var first = true;
        foreach (var cell in cells)
        {
            text.Append(first ? "" : ",").Append(Quote(cell));
            first = false;
        }

        text.Append("\r\n");
    }

    private static string Quote(string cell)
    {
        var isFormula = cell.Length > 1 && cell[0] is '=' or '@' or '+' or '-' && !cell[1..].All(c => char.IsAsciiDigit(c) || c is '.' or ' ');
        var safe = isFormula ? "'" + cell : cell;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}

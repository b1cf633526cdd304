using System.Buffers;
using System.Globalization;
using System.Text;

namespace SensorNet.Collector.Export;

/// <summary>Cells and lines of CSV by RFC 4180, with CRLF. Thread-safe.</summary>
internal static class CsvText
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    // Spreadsheets run a cell that begins so as a formula, and cells hold what attackers sent.
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r");

    public static void AppendLine(StringBuilder line, IReadOnlyList<object?> cells)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            if (i > 0)
            {
                line.Append(',');
            }

            AppendCell(line, cells[i]);
        }

        line.Append("\r\n");
    }

    private static void AppendCell(StringBuilder line, object? cell)
    {
        if (cell is not string text)
        {
            line.Append(Convert.ToString(cell, CultureInfo.InvariantCulture));
            return;
        }

        if (text.Length > 0 && Formula.Contains(text[0]))
        {
            text = "'" + text;
        }

        if (text.AsSpan().ContainsAny(Quoted))
        {
            line.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        else
        {
            line.Append(text);
        }
    }
}

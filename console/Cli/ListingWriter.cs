using System.Text;
using System.Text.Json;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Tui;
using Spectre.Console;

namespace SensorNet.Console.Cli;

/// <summary>
/// Writes records: JSON when asked for, tables with lines and colours on a terminal, plain aligned columns without any
/// escape code into a pipe. All text is cleaned here.
/// </summary>
internal sealed class ListingWriter(CliHost host, bool json)
{
    private static readonly JsonWriterOptions JsonForm = new() { Indented = false };

    /// <summary>Writes a whole list; JSON is written as it arrives, tables once all records are here.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> WriteAsync<T>(Listing<T> listing, IAsyncEnumerable<T> records, string empty)
    {
        if (json)
        {
            return await WriteJsonArrayAsync(listing, records);
        }

        var all = new List<T>();
        await foreach (var record in records)
        {
            all.Add(record);
        }

        Write(listing, all, empty);
        return all.Count;
    }

    /// <inheritdoc cref="WriteAsync"/>
    public int Write<T>(Listing<T> listing, IReadOnlyCollection<T> records, string empty)
    {
        if (json)
        {
            WriteJsonArray(listing, records);
            return records.Count;
        }

        if (records.Count == 0)
        {
            // Into a pipe nothing is nothing; a person is told that the answer is empty.
            (host.IsTerminal ? host.Out : host.Error).WriteLine(empty);
            return 0;
        }

        var rows = records.Select(record => listing.Columns.Select(column => Cell(column, record)).ToArray()).ToList();
        if (host.IsTerminal)
        {
            WriteTable(listing, records, rows);
        }
        else
        {
            WritePlain(listing, rows);
        }

        return records.Count;
    }

    /// <summary>One record of a stream: a JSON object on a line of its own, or its cells in fixed columns.</summary>
    public void WriteStreamed<T>(Listing<T> listing, T record, params (string Header, int Width)[] columns)
    {
        if (json)
        {
            host.Out.WriteLine(ToJson(listing.WriteJson, record));
            host.Out.Flush();
            return;
        }

        var line = new StringBuilder();
        foreach (var (header, width) in columns)
        {
            var column = listing.Columns.First(c => c.Header == header);
            Pad(line, SafeText.Clean(column.Get(record)), width, column.Right);
        }

        host.Out.WriteLine(line.ToString().TrimEnd());
        host.Out.Flush();
    }

    /// <summary>One record as a JSON object, as used by every <c>show</c>.</summary>
    public static string ToJson<T>(Action<Utf8JsonWriter, T> write, T record)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonForm))
        {
            write(writer, record);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private string Cell<T>(Column<T> column, T record)
    {
        var cell = SafeText.Clean(host.IsTerminal && column.OnTerminal is { } brief ? brief(record) : column.Get(record));
        return host.IsTerminal && column.Short > 0 && cell.Length > column.Short ? cell[..column.Short] : cell;
    }

    /// <summary>At most so many columns, with a mark where something is left out: one record stays one line.</summary>
    private static string Cut(string cell, int width)
    {
        if (SafeText.Width(cell) <= width)
        {
            return cell;
        }

        var kept = new StringBuilder();
        var columns = 0;
        foreach (var rune in cell.EnumerateRunes())
        {
            columns += SafeText.Width(rune);
            if (columns >= width)
            {
                break;
            }

            kept.Append(rune.ToString());
        }

        return kept.Append('~').ToString();
    }

    private static void Pad(StringBuilder line, string cell, int width, bool right)
    {
        if (line.Length > 0)
        {
            line.Append("  ");
        }

        var missing = Math.Max(0, width - SafeText.Width(cell));
        line.Append(' ', right ? missing : 0).Append(cell).Append(' ', right ? 0 : missing);
    }

    private async Task<int> WriteJsonArrayAsync<T>(Listing<T> listing, IAsyncEnumerable<T> records)
    {
        var count = 0;
        await foreach (var record in records)
        {
            await host.Out.WriteAsync((count++ == 0 ? "[\n" : ",\n") + ToJson(listing.WriteJson, record));
        }

        await host.Out.WriteLineAsync(count == 0 ? "[]" : "\n]");
        return count;
    }

    private void WriteJsonArray<T>(Listing<T> listing, IReadOnlyCollection<T> records)
    {
        host.Out.Write(records.Count == 0 ? "[" : "[\n");
        host.Out.Write(string.Join(",\n", records.Select(record => ToJson(listing.WriteJson, record))));
        host.Out.WriteLine(records.Count == 0 ? "]" : "\n]");
    }

    private void WritePlain<T>(Listing<T> listing, List<string[]> rows)
    {
        var widths = Widths(listing, rows);
        var line = new StringBuilder();
        for (var i = 0; i < listing.Columns.Count; i++)
        {
            Pad(line, listing.Columns[i].Header, widths[i], listing.Columns[i].Right);
        }

        host.Out.WriteLine(line.ToString().TrimEnd());
        foreach (var row in rows)
        {
            line.Clear();
            for (var i = 0; i < row.Length; i++)
            {
                Pad(line, row[i], widths[i], listing.Columns[i].Right);
            }

            host.Out.WriteLine(line.ToString().TrimEnd());
        }
    }

    private void WriteTable<T>(Listing<T> listing, IReadOnlyCollection<T> records, List<string[]> rows)
    {
        var widths = Widths(listing, rows);
        var shown = ColumnsThatFit(listing, widths, out var stretched);
        var table = new Table { Border = TableBorder.Simple, UseSafeBorder = true };
        foreach (var i in shown)
        {
            var column = new TableColumn(new Text(listing.Columns[i].Header, new Style(decoration: Decoration.Bold)))
            {
                NoWrap = true,
                Alignment = listing.Columns[i].Right ? Justify.Right : Justify.Left,
            };
            column.Width = listing.Columns[i].Header == listing.Stretch ? stretched : widths[i];
            table.AddColumn(column);
        }

        foreach (var (record, row) in records.Zip(rows))
        {
            table.AddRow(shown.Select(i => new Text(
                listing.Columns[i].Header == listing.Stretch ? Cut(row[i], stretched) : row[i],
                listing.Columns[i].Style?.Invoke(record) is { } style ? Style.Parse(style) : null)
            { Overflow = Overflow.Ellipsis }));
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new TerminalOutput(host),
            ColorSystem = host.Environment("NO_COLOR") is { Length: > 0 } ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
        });
        console.Write(table);
    }

    /// <summary>Drops the columns of the highest priority numbers until the rest fits; the stretched one gives way last.</summary>
    private List<int> ColumnsThatFit<T>(Listing<T> listing, int[] widths, out int stretched)
    {
        const int leastStretched = 16;
        var shown = Enumerable.Range(0, widths.Length).ToList();
        while (true)
        {
            // Simple borders cost a space on either side of each column and one between them.
            var room = host.Width - (shown.Count * 3) - 1;
            var stretchIndex = shown.FindIndex(i => listing.Columns[i].Header == listing.Stretch);
            var others = shown.Where(i => listing.Columns[i].Header != listing.Stretch).Sum(i => widths[i]);
            var wanted = stretchIndex < 0 ? 0 : widths[shown[stretchIndex]];
            stretched = Math.Min(wanted, room - others);
            var droppable = shown.Where(i => listing.Columns[i].Priority > 0).ToList();
            if (stretched >= Math.Min(wanted, leastStretched) || droppable.Count == 0)
            {
                stretched = Math.Max(stretched, 4);
                return shown;
            }

            shown.Remove(droppable.MaxBy(i => listing.Columns[i].Priority));
        }
    }

    private static int[] Widths<T>(Listing<T> listing, List<string[]> rows)
    {
        var widths = listing.Columns.Select(c => c.Header.Length).ToArray();
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                widths[i] = Math.Max(widths[i], SafeText.Width(row[i]));
            }
        }

        return widths;
    }
}

using System.Text;
using System.Text.Json;
using SensorNet.Collector.Query;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Export;

/// <summary>Writes events and views to a stream, in memory that does not grow with their number.</summary>
internal static class Exporter
{
    private const int FlushBytes = 64 << 10;
    private static readonly byte[] LineFeed = "\n"u8.ToArray();

    /// <summary>Columns of events in CSV when none are named.</summary>
    public static IReadOnlyList<string> DefaultColumns { get; } =
        ["event.time", "event.type", "event.severity", "host.name", "source.ip", "source.port", "user.name", "user.aor", "user_agent.original", "sip.method", "sip.status_code", "sip.call_id", "message"];

    /// <summary>Events as ECS objects, one per line.</summary>
    /// <returns>How many were written.</returns>
    public static async Task<long> WriteEventsAsync(Stream output, IEnumerable<StoredEvent> events, CancellationToken cancellation)
    {
        long count = 0;
        using var buffer = new MemoryStream();
        using var json = new Utf8JsonWriter(buffer, EcsJson.Options);
        foreach (var stored in events)
        {
            json.Reset();
            EcsJson.Write(json, stored);
            json.Flush();
            buffer.Write(LineFeed);
            count++;
            await FlushAsync(buffer, output, FlushBytes, cancellation);
        }

        await FlushAsync(buffer, output, 1, cancellation);
        return count;
    }

    /// <summary>Events as a table of chosen fields.</summary>
    /// <param name="events">The events.</param>
    /// <param name="columns">Fields by any of their names; the header has the names as given.</param>
    /// <exception cref="QueryException">There is no such field.</exception>
    public static ExportTable ToTable(IEnumerable<StoredEvent> events, IReadOnlyList<string> columns)
    {
        var fields = columns.Select(c => QueryField.Resolve(c, 0)).ToList();
        return new ExportTable(columns, events.Select(e => (IReadOnlyList<object?>)[.. fields.Select(f => Cell(f, f.Get(e.Event)))]));
    }

    /// <summary>A table in the form asked for.</summary>
    /// <returns>How many rows were written.</returns>
    public static Task<long> WriteAsync(Stream output, ExportTable table, ExportFormat format, CancellationToken cancellation) =>
        format == ExportFormat.Csv ? WriteCsvAsync(output, table, cancellation) : WriteJsonAsync(output, table, cancellation);

    private static object? Cell(EventField field, FieldValue value) => value.Kind switch
    {
        FieldKind.None => null,
        FieldKind.Integer when field.Name is "event.time" or "event.created" or "event.ingested" => EcsJson.TimeText(value.Integer),
        FieldKind.Integer => value.Integer,
        FieldKind.Real => value.Real,
        _ => value.ToString(),
    };

    private static async Task<long> WriteCsvAsync(Stream output, ExportTable table, CancellationToken cancellation)
    {
        long count = 0;
        var text = new StringBuilder();
        CsvText.AppendLine(text, [.. table.Columns]);
        foreach (var row in table.Rows)
        {
            CsvText.AppendLine(text, row);
            count++;
            if (text.Length >= FlushBytes)
            {
                await output.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellation);
                text.Clear();
            }
        }

        await output.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellation);
        return count;
    }

    private static async Task<long> WriteJsonAsync(Stream output, ExportTable table, CancellationToken cancellation)
    {
        long count = 0;
        using var buffer = new MemoryStream();
        using var json = new Utf8JsonWriter(buffer, EcsJson.Options);
        foreach (var row in table.Rows)
        {
            json.Reset();
            json.WriteStartObject();
            for (var i = 0; i < row.Count; i++)
            {
                json.WritePropertyName(table.Columns[i]);
                JsonSerializer.Serialize(json, row[i], row[i]?.GetType() ?? typeof(object));
            }

            json.WriteEndObject();
            json.Flush();
            buffer.Write(LineFeed);
            count++;
            await FlushAsync(buffer, output, FlushBytes, cancellation);
        }

        await FlushAsync(buffer, output, 1, cancellation);
        return count;
    }

    private static async Task FlushAsync(MemoryStream buffer, Stream output, int atLeast, CancellationToken cancellation)
    {
        if (buffer.Length >= atLeast)
        {
            await output.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellation);
            buffer.SetLength(0);
        }
    }
}

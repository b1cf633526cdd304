using System.Globalization;
using System.Text;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Display;
using SensorNet.Console.Tui;
using SensorNet.Console.Views;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary>Writes a stream of events to a file.</summary>
internal static class EventExport
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The writer for a file's ending; null: there is none.</summary>
    public static Func<Stream, IAsyncEnumerable<StoredEvent>, ProgressLine, Task<long>>? FormOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".jsonl" or ".ndjson" => JsonLinesAsync,
        ".csv" => CsvAsync,
        ".pcap" => PcapAsync,
        _ => null,
    };

    /// <summary>Writes the file, which is there under its name when it is whole, and not at all otherwise.</summary>
    /// <returns>How many were written.</returns>
    /// <exception cref="IOException">It exists already, its folder does not, or it cannot be written.</exception>
    public static async Task<long> WriteAsync(
        string path, Func<Stream, IAsyncEnumerable<StoredEvent>, ProgressLine, Task<long>> form, IAsyncEnumerable<StoredEvent> events, CliHost host)
    {
        if (Path.Exists(path))
        {
            throw new IOException($"{path} exists already; another --out, or remove it first.");
        }

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
        {
            throw new IOException($"There is no folder {folder}.");
        }

        var part = $"{path}.{Environment.ProcessId}.part";
        try
        {
            long written;
            await using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 64 * 1024))
            {
                using var progress = new ProgressLine(host);
                written = await form(file, events, progress);
            }

            File.Move(part, path, overwrite: false);
            return written;
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    private static async Task<long> JsonLinesAsync(Stream file, IAsyncEnumerable<StoredEvent> events, ProgressLine progress)
    {
        await using var writer = new StreamWriter(file, Utf8, 64 * 1024, leaveOpen: true);
        return await EachAsync(events, progress, stored => writer.WriteLine(ListingWriter.ToJson(EventListing.WriteJson, stored)));
    }

    private static async Task<long> CsvAsync(Stream file, IAsyncEnumerable<StoredEvent> events, ProgressLine progress)
    {
        await using var writer = new StreamWriter(file, Utf8, 64 * 1024, leaveOpen: true);
        var columns = EventListing.Listing.Columns;
        await writer.WriteAsync(CsvText.Of(columns.Select(c => c.Header), []));
        return await EachAsync(events, progress, stored => writer.Write(CsvText.Row(columns.Select(c => SafeText.Clean(c.Get(stored))))));
    }

    private static async Task<long> PcapAsync(Stream file, IAsyncEnumerable<StoredEvent> events, ProgressLine progress)
    {
        var writer = new PcapWriter(file);
        await EachAsync(events, progress, stored => writer.Write(stored.Event));
        return writer.Written;
    }

    private static async Task<long> EachAsync(IAsyncEnumerable<StoredEvent> events, ProgressLine progress, Action<StoredEvent> write)
    {
        var count = 0L;
        await foreach (var stored in events)
        {
            write(stored);
            if (++count % 256 == 0)
            {
                progress.Show(-1, string.Create(CultureInfo.InvariantCulture, $"{count:N0} events, up to {Times.Iso(stored.Event.EventTime)}"));
            }
        }

        return count;
    }
}

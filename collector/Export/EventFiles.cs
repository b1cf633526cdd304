using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SensorNet.Collector.Ingest;
using SensorNet.V1;

namespace SensorNet.Collector.Export;

/// <summary>
/// Writes durable events a second time, as JSON lines beside the store, for people with grep and for log shippers:
/// <c>events.jsonl</c> has everything but periodic measurements, <c>ssh_attempts.jsonl</c> the logins over SSH, <c>audit.jsonl</c> what
/// operators did, <c>alerts.jsonl</c> what the rules found. The store is the record: when the disk is too slow for these
/// files, lines are left out and counted. Collection runs on the commit thread, writing on its own.
/// </summary>
internal sealed class EventFiles : ICommitStage, IAsyncDisposable
{
    private const int QueuedBatches = 256;

    private readonly Channel<List<StoredEvent>> queue = Channel.CreateBounded<List<StoredEvent>>(new BoundedChannelOptions(QueuedBatches) { SingleReader = true, SingleWriter = true });
    private readonly (RotatingFile File, Func<Event, bool> Wanted, MemoryStream Lines)[] files;
    private readonly ILogger logger;
    private readonly Task writing;
    private List<StoredEvent> batch = [];
    private long leftOut;

    /// <param name="options">With a directory; it is created when absent.</param>
    /// <param name="logger">Told when files cannot be written.</param>
    public EventFiles(EventFileOptions options, ILogger logger)
    {
        this.logger = logger;
        var directory = Directory.CreateDirectory(options.Directory!).FullName;
        RotatingFile Named(string name) => new(Path.Combine(directory, name), options.MaxFileBytes, options.Kept);
        files =
        [
            (Named("events.jsonl"), e => !IsMeasurement(e.Type), new MemoryStream()),
            (Named("ssh_attempts.jsonl"), e => e.Service == "sshd" && e.Type is EventType.AuthSuccess or EventType.AuthFailure, new MemoryStream()),
            (Named("audit.jsonl"), e => e.Type == EventType.ConsoleAudit, new MemoryStream()),
            (Named("alerts.jsonl"), e => e.Type == EventType.AlertFired, new MemoryStream()),
        ];
        writing = Task.Run(WriteAsync);
    }

    /// <summary>Events left out because writing was too slow or failed.</summary>
    public long LeftOut => Interlocked.Read(ref leftOut);

    public void OnEvent(ulong position, Event e, ICommit commit) => batch.Add(new StoredEvent { Position = position, Event = e });

    public void OnBatchEnd(ICommit commit)
    {
    }

    public void OnDurable()
    {
        if (batch.Count == 0)
        {
            return;
        }

        if (queue.Writer.TryWrite(batch))
        {
            batch = [];
        }
        else
        {
            Interlocked.Add(ref leftOut, batch.Count);
            batch.Clear();
        }
    }

    /// <summary>Writes what is queued and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await writing;
        foreach (var (file, _, lines) in files)
        {
            file.Dispose();
            await lines.DisposeAsync();
        }
    }

    private static bool IsMeasurement(EventType type) =>
        type is EventType.SipSourceStats or EventType.SipCounters or EventType.SipCallGauge or EventType.SipTrunkStats or EventType.ResourceSample or EventType.SensorHealth;

    private async Task WriteAsync()
    {
        var failing = false;
        await foreach (var events in queue.Reader.ReadAllAsync())
        {
            try
            {
                Write(events);
                failing = false;
            }
            catch (IOException e)
            {
                Interlocked.Add(ref leftOut, events.Count);
                if (!failing)
                {
                    logger.LogWarning("Event files cannot be written: {Reason}", e.Message);
                    failing = true;
                }
            }
        }
    }

    private void Write(List<StoredEvent> events)
    {
        using var buffer = new MemoryStream();
        using var json = new Utf8JsonWriter(buffer, EcsJson.Options);
        foreach (var stored in events)
        {
            buffer.SetLength(0);
            foreach (var (_, wanted, lines) in files)
            {
                if (!wanted(stored.Event))
                {
                    continue;
                }

                if (buffer.Length == 0)
                {
                    json.Reset();
                    EcsJson.Write(json, stored);
                    json.Flush();
                    buffer.WriteByte((byte)'\n');
                }

                buffer.WriteTo(lines);
            }
        }

        foreach (var (file, _, lines) in files)
        {
            if (lines.Length > 0)
            {
                var written = lines.GetBuffer().AsSpan(0, (int)lines.Length).ToArray();
                lines.SetLength(0);
                file.Append(written);
                file.Flush();
            }
        }
    }
}

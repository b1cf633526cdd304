using System.Buffers.Binary;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Security;

/// <summary>
/// Who changed what, and who came and went: numbered rows of <see cref="Table.Audit"/>, each also an event of type
/// console.audit, so that rules see it. Entries are written in the same commit as what they tell of.
/// </summary>
internal sealed class AuditLog
{
    private const int LongestValue = 4096;

    private readonly IStoreReader _reader;
    private readonly Lazy<IRowWriter> _writer;
    private readonly TimeProvider _clock;
    private ulong _next;

    /// <param name="reader">Entries so far.</param>
    /// <param name="writer">For entries of their own; asked for at the first, because the writer's stages log too.</param>
    /// <param name="clock">Times of entries.</param>
    public AuditLog(IStoreReader reader, Lazy<IRowWriter> writer, TimeProvider clock)
    {
        _reader = reader;
        _writer = writer;
        _clock = clock;
        foreach (var (key, _) in reader.Scan(Table.Audit, ReadOnlyMemory<byte>.Empty, reversed: true))
        {
            _next = BinaryPrimitives.ReadUInt64BigEndian(key);
            break;
        }
    }

    /// <summary>Writes an entry of its own.</summary>
    public ValueTask WriteAsync(string actor, string source, Audit change) =>
        _writer.Value.WriteAsync(commit => Put(commit, actor, source, change));

    /// <summary>
    /// Writes an entry without making anybody wait: a login has to work, and be logged, even while the store takes no
    /// writes.
    /// </summary>
    public void Post(string actor, string source, Audit change, ILogger logger)
    {
        _ = RunAsync();

        async Task RunAsync()
        {
            try
            {
                await WriteAsync(actor, source, change).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                logger.LogError("Could not record in the audit log that {Actor} from {Source} did {Operation} {Class} {Object}: {Reason}", actor, source, change.Operation, change.ClassName, change.ObjectId, e.Message);
            }
        }
    }

    /// <summary>Adds an entry to a commit. On the commit thread only.</summary>
    /// <param name="commit">The batch that holds the change.</param>
    /// <param name="actor">Name of the caller.</param>
    /// <param name="source">Where it called from.</param>
    /// <param name="change">What changed; over-long values are cut.</param>
    public void Put(ICommit commit, string actor, string source, Audit change)
    {
        change.Before = Cut(change.Before);
        change.After = Cut(change.After);
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        var entry = new AuditEntry { Time = now, Actor = actor, Source = source, Change = change, Number = ++_next };
        var key = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(key, entry.Number);
        commit.Put(Table.Audit, key, entry.ToByteArray());
        commit.Emit(new Event
        {
            Type = EventType.ConsoleAudit,
            Severity = change.Operation == "login_failed" ? Severity.Warning : Severity.Info,
            EventTime = now,
            LogSource = LogSource.Collector,
            Service = "sensornet",
            User = actor,
            Message = $"{actor} {change.Operation} {change.ClassName} {change.ObjectId}".TrimEnd(),
            Audit = change.Clone(),
        });
    }

    /// <summary>Newest first.</summary>
    /// <param name="time">Nanoseconds, from inclusive, to exclusive; 0 is open.</param>
    /// <param name="actor">Empty: any.</param>
    public IEnumerable<AuditEntry> List(TimeRange? time = null, string actor = "")
    {
        foreach (var (_, value) in _reader.Scan(Table.Audit, ReadOnlyMemory<byte>.Empty, reversed: true))
        {
            var entry = AuditEntry.Parser.ParseFrom(value);
            if (time is { From: not 0 } && entry.Time < time.From)
            {
                yield break;
            }

            if ((time is null or { To: 0 } || entry.Time < time.To) && (actor.Length == 0 || entry.Actor == actor))
            {
                yield return entry;
            }
        }
    }

    private static string Cut(string value) => value.Length <= LongestValue ? value : value[..LongestValue];
}

using Microsoft.Extensions.Logging;
using SensorNet.Collector.Objects;
using SensorNet.Collector.Storage.RocksDb;
using SensorNet.V1;

namespace SensorNet.Collector.Storage;

internal sealed partial class EventStore
{
    private const int RowsPerPass = 20_000;
    private static readonly TimeSpan ObjectsInterval = TimeSpan.FromHours(1);

    private long lastObjectsPass;

    /// <summary>Drops what is past its time or over the size limit. Maintenance thread (and tests).</summary>
    /// <param name="objectsToo">Looks at calls, counters and entities now, rather than once an hour.</param>
    public void ApplyRetention(bool objectsToo)
    {
        var now = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        if (Options.RetainFor > TimeSpan.Zero)
        {
            var limit = now - (Options.RetainFor.Ticks * 100);
            while (Oldest() is { } old && old.LatestIngest < limit)
            {
                Drop(old, "its age");
            }
        }

        if (Options.RetainBytes > 0)
        {
            while (Volatile.Read(ref segments).Sum(s => s.Bytes) > Options.RetainBytes && Oldest() is { } old)
            {
                Drop(old, "the size limit");
            }
        }

        if (MayMakeRoom && Space().Free < Options.MinFreeBytes && Oldest() is { } oldest)
        {
            Drop(oldest, "too little free space");
        }

        if (objectsToo || lastObjectsPass == 0 || clock.GetElapsedTime(lastObjectsPass) >= ObjectsInterval)
        {
            lastObjectsPass = clock.GetTimestamp();

            // By event time, and never before the events themselves: a capture of years ago that was replayed today is news.
            DropObjects(Math.Min(now - (Options.RetainObjectsFor.Ticks * 100), EarliestEvent()));
        }
    }

    /// <inheritdoc cref="ApplyRetention(bool)"/>
    public void ApplyRetention() => ApplyRetention(objectsToo: false);

    /// <summary>Whether retention is allowed to drop events at all.</summary>
    public bool MayMakeRoom => Options.RetainFor > TimeSpan.Zero || Options.RetainBytes > 0;

    /// <summary>The oldest segment, unless it is still needed: open, or not sealed yet.</summary>
    private Segment? Oldest()
    {
        var all = Volatile.Read(ref segments);
        return all.Length > 1 && all[0].IsSealed ? all[0] : null;
    }

    private long EarliestEvent() => Volatile.Read(ref segments).Where(s => s.Rows > 0).Select(s => s.Earliest).DefaultIfEmpty(long.MaxValue).Min();

    private void Drop(Segment segment, string why)
    {
        // Readers no longer begin to read it; those who do find its blocks missing and go on.
        lock (segmentsGate)
        {
            Volatile.Write(ref segments, [.. segments.Where(s => s != segment)]);
        }

        var start = StoreKeys.Segment(segment.Number);
        var next = StoreKeys.Segment(segment.Number + 1);
        using var batch = new WriteBatch();
        batch.DeleteRange(Family(Table.Blocks), start, next);
        batch.DeleteRange(Family(Table.SegmentIndex), start, [.. start, IndexMerge.Flag]);
        var group = IndexMerge.GroupOf(segment.Number);
        if (segment.Number == group + IndexMerge.GroupSize - 1)
        {
            batch.DeleteRange(Family(Table.SegmentIndex), StoreKeys.Segment(group), next);
        }

        db.Write(batch, sync: false);
        db.DeleteFilesInRange(Family(Table.Blocks), StoreKeys.Row([]), next);
        logger.LogInformation("Segment {Segment} with {Events} events up to {Time} was dropped because of {Reason}", segment.Number, segment.Rows, TimeText(segment.Latest), why);
    }

    private void DropObjects(long before)
    {
        if (before <= 0)
        {
            return;
        }

        using var batch = new WriteBatch();
        foreach (var (key, value) in Scan(Table.Calls, CallKeys.ByTimePrefix, CallKeys.ByTime(before), reversed: false).Take(RowsPerPass))
        {
            var call = CallRecord.Parser.ParseFrom(value);
            batch.Delete(Family(Table.Calls), StoreKeys.Row(key));
            batch.Delete(Family(Table.Calls), StoreKeys.Row(CallKeys.ByCallId(call.CallId, call.SensorId)));
        }

        foreach (var (key, value) in Scan(Table.Registrations, default).Where(r => Registration.Parser.ParseFrom(r.Value) is { State: not "active" } gone && gone.LastChange < before).Take(RowsPerPass))
        {
            batch.Delete(Family(Table.Registrations), StoreKeys.Row(key));
        }

        foreach (var (key, value) in Scan(Table.Entities, default).Where(r => Entity.Parser.ParseFrom(r.Value).LastSeen < before).Take(RowsPerPass))
        {
            batch.Delete(Family(Table.Entities), StoreKeys.Row(key));
        }

        var minute = RollupKeys.MinuteOf(before);
        foreach (var dimension in Enum.GetValues<Dimension>())
        {
            foreach (var (resolution, bucket) in ((byte, uint)[])[(RollupKeys.Minutes, minute), (RollupKeys.Hours, minute / 60)])
            {
                batch.DeleteRange(Family(Table.Rollups), StoreKeys.Row(RollupKeys.Of(resolution, dimension, 0)), StoreKeys.Row(RollupKeys.Of(resolution, dimension, bucket)));
            }
        }

        db.Write(batch, sync: false);
    }
}

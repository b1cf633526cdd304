using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SensorNet.Collector.Storage.RocksDb;

namespace SensorNet.Collector.Storage;

/// <summary>What is done beside the commit thread, on one thread of its own: sealing, merging, dictionaries, retention.</summary>
internal sealed partial class EventStore
{
    private static readonly TimeSpan RetentionInterval = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<Action> jobs = [];
    private readonly Thread maintenance;

    /// <summary>A segment is full and durable: its index will be stored in the background.</summary>
    public void QueueSeal(Segment segment) => Queue(() => Seal(segment));

    /// <summary>Runs a job on the maintenance thread; nothing once the store is being closed.</summary>
    public void Queue(Action job)
    {
        if (!jobs.IsAddingCompleted)
        {
            jobs.Add(job);
        }
    }

    /// <summary>Waits until all jobs queued so far are done.</summary>
    public Task DrainAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Queue(done.SetResult);
        return done.Task;
    }

    /// <summary>A consistent copy of the store in a new directory, made while it is in use. Takes no space at first when on the same file system.</summary>
    /// <returns>The copy's size in bytes.</returns>
    /// <exception cref="IOException">The directory exists already or cannot be made.</exception>
    public long Backup(string directory)
    {
        if (Directory.Exists(directory) || File.Exists(directory))
        {
            throw new IOException($"{directory} exists already; name a directory that does not.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(directory))!);
        db.Checkpoint(directory);
        return new DirectoryInfo(directory).EnumerateFiles().Sum(f => f.Length);
    }

    public StoreStatus Status()
    {
        var all = Volatile.Read(ref segments).Where(s => s.Rows > 0).ToList();
        var (free, total) = Space();
        return new StoreStatus(
            all.Sum(s => (long)s.Rows),
            all.Count,
            DiskBytes(),
            all.Sum(s => s.Bytes),
            free,
            total,
            all.Count == 0 ? 0 : all.Min(s => s.Earliest),
            all.Count == 0 ? 0 : all.Max(s => s.Latest),
            Damage);
    }

    /// <summary>Free and total bytes of the store's file system; unlimited where that cannot be told.</summary>
    public (long Free, long Total) Space()
    {
        try
        {
            var drive = new DriveInfo(Options.Directory);
            return (drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (long.MaxValue, long.MaxValue);
        }
    }

    private long DiskBytes()
    {
        try
        {
            return new DirectoryInfo(Options.Directory).EnumerateFiles().Sum(f => f.Length);
        }
        catch (IOException)
        {
            // A file went away while it was being counted; the tables alone are near enough.
            return families.Sum(f => long.TryParse(db.GetProperty(f, "rocksdb.total-sst-files-size"), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0);
        }
    }

    private void Maintain()
    {
        var nextRetention = clock.GetTimestamp();
        while (!jobs.IsCompleted)
        {
            if (jobs.TryTake(out var job, RetentionInterval / 3))
            {
                Attempt(job);
            }

            if (clock.GetElapsedTime(nextRetention) >= RetentionInterval && !jobs.IsAddingCompleted)
            {
                nextRetention = clock.GetTimestamp();
                Attempt(ApplyRetention);
            }
        }
    }

    // What fails here is tried again at the next occasion or the next start; nothing depends on it.
    private void Attempt(Action job)
    {
        try
        {
            job();
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            logger.LogWarning("Maintenance of the store failed: {Reason}", e.Message);
        }
    }

    private void Seal(Segment segment)
    {
        using (var batch = new WriteBatch())
        {
            SealedIndex.Write(batch, Family(Table.SegmentIndex), segment, segment.Index!);
            db.Write(batch, sync: false);
            segment.Index = null;
        }

        if (segment.Number % 64 == 1)
        {
            TrainDictionary();
        }

        MergeGroup(IndexMerge.GroupOf(segment.Number));
    }

    private void MergeGroup(uint group)
    {
        var members = Volatile.Read(ref segments).Where(s => IndexMerge.GroupOf(s.Number) == group).ToList();
        if (members.Count == 0 || members[^1].Number != group + IndexMerge.GroupSize - 1 || members.Exists(s => !s.IsSealed || s.IsMerged))
        {
            return;
        }

        IndexMerge.Write(db, Family(Table.SegmentIndex), members);
        foreach (var member in members)
        {
            member.IsMerged = true;
        }

        IndexMerge.RemoveMerged(db, Family(Table.SegmentIndex), members);
    }

    // So that the next open has no log to replay.
    private void FlushTables()
    {
        if (Options.ReadOnly)
        {
            return;
        }

        try
        {
            foreach (var family in families)
            {
                db.Flush(family);
            }
        }
        catch (RocksDbException e)
        {
            logger.LogWarning("The store's memory could not be written to tables, its log will be read again: {Reason}", e.Message);
        }
    }

    private void StopMaintenance()
    {
        jobs.CompleteAdding();
        if (maintenance.IsAlive)
        {
            maintenance.Join();
        }

        jobs.Dispose();
    }
}

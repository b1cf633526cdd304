using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SensorNet.Collector.Storage;
using SensorNet.Collector.Storage.RocksDb;

namespace SensorNet.Collector.Ingest;

internal sealed partial class CommitLoop
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan SpaceInterval = TimeSpan.FromSeconds(1);

    private Task<bool>? pendingWait;
    private long lastSpaceCheck;
    private int reportedDamage;

    private void Run()
    {
        var waiting = new List<Submission>();
        using var batch = new CommitBatch(store, stages, options, Counters, logger);
        try
        {
            while (WaitForSubmission(options.IdleTick))
            {
                Volatile.Write(ref lastTurn, Stopwatch.GetTimestamp());
                CheckSpace();
                Gather(waiting);
                Commit(batch, waiting);
                waiting.Clear();
            }

            batch.IsLast = true;
            Commit(batch, waiting);
        }
#pragma warning disable CA1031 // Whatever it was, those who wait must hear of it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            unavailable = $"The collector cannot store anything any more: {e.Message}";
            if (e is not OperationCanceledException)
            {
                logger.LogCritical(e, "The commit loop ended");
            }

            queue.Writer.TryComplete();
            while (queue.Reader.TryRead(out var submission))
            {
                waiting.Add(submission);
            }

            var reason = new StoreUnavailableException(unavailable);
            foreach (var submission in waiting)
            {
                submission.Fail(reason);
            }
        }
    }

    /// <summary>Refuses new events while the disk is nearly full, so that what must be written (alerts, acknowledgements of people) still can be.</summary>
    private void CheckSpace()
    {
        if (lastSpaceCheck != 0 && Stopwatch.GetElapsedTime(lastSpaceCheck) < SpaceInterval)
        {
            return;
        }

        lastSpaceCheck = Stopwatch.GetTimestamp();
        var free = store.Space().Free;
        if (free >= store.Options.MinFreeBytes)
        {
            if (lowSpace is not null)
            {
                logger.LogWarning("There is enough free space again");
                lowSpace = null;
            }

            return;
        }

        if (lowSpace is null)
        {
            logger.LogError("Only {Free} bytes are free for the store; new events are refused below {Limit}", free, store.Options.MinFreeBytes);
        }

        lowSpace = $"Only {free >> 20} MiB are free for the store; new events are refused below {store.Options.MinFreeBytes >> 20} MiB.";
        if (store.MayMakeRoom)
        {
            store.Queue(store.ApplyRetention);
        }
    }

    /// <summary>Waits for work, at most so long; false when there will be none any more.</summary>
    private bool WaitForSubmission(TimeSpan atMost)
    {
        if (queue.Reader.TryPeek(out _))
        {
            return true;
        }

        pendingWait ??= queue.Reader.WaitToReadAsync().AsTask();
        if (!pendingWait.Wait(atMost))
        {
            return true;
        }

        var more = pendingWait.Result;
        pendingWait = null;
        return more;
    }

    private void Gather(List<Submission> waiting)
    {
        var events = 0;
        var started = Stopwatch.GetTimestamp();
        while (events < options.MaxEvents)
        {
            if (queue.Reader.TryRead(out var submission))
            {
                waiting.Add(submission);
                events += submission.Events;
                continue;
            }

            var left = options.Linger - Stopwatch.GetElapsedTime(started);
            if (waiting.Count == 0 || left <= TimeSpan.Zero || !WaitForSubmission(left < options.Gap ? left : options.Gap) || !queue.Reader.TryPeek(out _))
            {
                return;
            }
        }
    }

    private void Commit(CommitBatch batch, List<Submission> waiting)
    {
        var started = Stopwatch.GetTimestamp();
        batch.Begin((clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100);
        foreach (var submission in waiting)
        {
            submission.Apply(batch);
        }

        if (store.DamageCount != reportedDamage)
        {
            reportedDamage = store.DamageCount;
            batch.ReportDamage(store.Damage);
        }

        batch.Finish();
        if (batch.Changes.Count > 0)
        {
            WriteUntilDurable(batch.Changes);
            batch.Publish();
            Counters.AddCommit();
            Latency.Add(Stopwatch.GetElapsedTime(started));
        }

        foreach (var submission in waiting)
        {
            submission.Complete();
        }

        Tail.Publish(batch.Events);
        batch.NotifyDurable();
    }

    private void WriteUntilDurable(WriteBatch changes)
    {
        var delay = FirstRetry;
        while (true)
        {
            try
            {
                store.Write(changes);
                if (unavailable is not null)
                {
                    logger.LogWarning("Writing works again");
                    unavailable = null;
                }

                return;
            }
            catch (RocksDbException e)
            {
                Counters.AddWriteFailure();
                if (unavailable is null)
                {
                    logger.LogError("Writing failed and is tried again: {Reason}", e.Message);
                }

                Volatile.Write(ref lastTurn, Stopwatch.GetTimestamp());
                unavailable = e.IsNoSpace ? "There is no space left for the store." : $"The store cannot be written: {e.Message}";
            }

            if (stopping.Token.WaitHandle.WaitOne(delay))
            {
                throw new OperationCanceledException("stopped while the store could not be written");
            }

            delay = delay * 2 < LastRetry ? delay * 2 : LastRetry;
        }
    }
}

using System.Globalization;
using Microsoft.Extensions.Logging;
using SensorNet.Collector.Storage;
using SensorNet.Collector.Storage.RocksDb;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Ingest;

/// <summary>
/// One batch on its way into the store: takes submissions, runs the stages over every new event, and leaves all that is
/// to be written in one <see cref="WriteBatch"/>. Reused. Commit thread only.
/// </summary>
internal sealed class CommitBatch : ICommit, IDisposable
{
    /// <summary>An event derived from a derived event ... this many times over is dropped.</summary>
    public const int MaxDepth = 4;

    /// <summary>More derived events than this in one batch are dropped.</summary>
    public const int MaxDerived = 10_000;

    private readonly EventStore store;
    private readonly SensorWindows windows;
    private readonly IReadOnlyList<ICommitStage> stages;
    private readonly CommitCounters counters;
    private readonly CommitOptions options;
    private readonly ILogger logger;
    private readonly WriteBatch batch = new();
    private readonly Queue<(Event Event, int Depth)> derived = new();
    private readonly List<StoredEvent> stored = [];
    private int depth;
    private int derivedCount;

    public CommitBatch(EventStore store, IReadOnlyList<ICommitStage> stages, CommitOptions options, CommitCounters counters, ILogger logger)
    {
        this.store = store;
        this.stages = stages;
        this.options = options;
        this.counters = counters;
        this.logger = logger;
        windows = new SensorWindows(store, options.EpochsPerSensor);
    }

    public long IngestTime { get; private set; }

    public bool IsLast { get; set; }

    /// <summary>The events of this batch, in order of position; a new list for every batch.</summary>
    public IReadOnlyList<StoredEvent> Events => stored;

    /// <summary>The finished changes.</summary>
    public WriteBatch Changes => batch;

    public void Begin(long now)
    {
        IngestTime = now;
        batch.Clear();
        stored.Clear();
        derived.Clear();
        derivedCount = 0;
        depth = 0;
    }

    /// <summary>All submissions are in: stages, windows and the open block put their rest into the batch.</summary>
    public void Finish()
    {
        // Stages may derive events from the batch as a whole, which go through the stages like any other.
        for (var round = 0; round <= MaxDepth; round++)
        {
            ProcessDerived();
            depth = round + 1;
            foreach (var stage in stages)
            {
                Guard(stage, s => s.OnBatchEnd(this));
            }

            if (derived.Count == 0)
            {
                break;
            }
        }

        while (derived.TryDequeue(out _))
        {
            counters.AddDerivedDropped();
        }

        windows.Store(this);
        store.Writer.Finish(batch);
    }

    /// <summary>The batch is on the disk.</summary>
    public void Publish() => store.Writer.Publish();

    public void NotifyDurable()
    {
        foreach (var stage in stages)
        {
            Guard(stage, s => s.OnDurable());
        }
    }

    public SubmitResult AddSensorBatch(string sensorId, ulong epoch, EventBatch sensorBatch)
    {
        var window = windows.Use(sensorId, epoch, IngestTime, this);
        var lost = window.Lost;
        var sequence = sensorBatch.FirstSeq;
        var duplicates = 0;
        foreach (var e in sensorBatch.Events)
        {
            e.Seq = sequence++;
            if (!window.TryAdd(e.Seq))
            {
                counters.AddDuplicate();
                duplicates++;
                continue;
            }

            e.SensorId = sensorId;
            e.Epoch = epoch;
            Add(e);
        }

        ReportLoss(sensorId, epoch, window.Lost - lost);
        ProcessDerived();
        return new SubmitResult(window.Acked, sensorBatch.Events.Count - duplicates, duplicates);
    }

    public SensorWindow OpenWindow(string sensorId, ulong epoch, ulong firstAvailable)
    {
        var window = windows.Use(sensorId, epoch, IngestTime, this);
        if (firstAvailable > 0)
        {
            var lost = window.Lost;
            window.GiveUpTo(firstAvailable - 1);
            ReportLoss(sensorId, epoch, window.Lost - lost);
            ProcessDerived();
        }

        return new SensorWindow(window.Acked, window.Held());
    }

    public ulong AddOwnEvent(Event e)
    {
        var position = Add(e);
        ProcessDerived();
        return position;
    }

    /// <summary>Runs a change; when it throws nothing of it stays, and what it threw is returned.</summary>
    public Exception? Change(Action<ICommit> change)
    {
        batch.SetSavePoint();
        var before = derived.Count;
        try
        {
            change(this);
            batch.PopSavePoint();
        }
#pragma warning disable CA1031 // It is the caller's, and goes back to the caller.
        catch (Exception e)
#pragma warning restore CA1031
        {
            batch.RollbackToSavePoint();
            var kept = derived.Take(before).ToArray();
            derived.Clear();
            foreach (var entry in kept)
            {
                derived.Enqueue(entry);
            }

            return e;
        }

        ProcessDerived();
        return null;
    }

    public void Put(Table table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Span<byte> full = key.Length <= 254 ? stackalloc byte[StoreKeys.PartitionLength + key.Length] : new byte[StoreKeys.PartitionLength + key.Length];
        batch.Put(store.Family(table), Prefixed(key, full), value);
    }

    public void Delete(Table table, ReadOnlySpan<byte> key)
    {
        Span<byte> full = key.Length <= 254 ? stackalloc byte[StoreKeys.PartitionLength + key.Length] : new byte[StoreKeys.PartitionLength + key.Length];
        batch.Delete(store.Family(table), Prefixed(key, full));
    }

    public void Emit(Event derivedEvent)
    {
        if (depth >= MaxDepth || derivedCount >= MaxDerived)
        {
            counters.AddDerivedDropped();
            return;
        }

        derivedCount++;
        derived.Enqueue((derivedEvent, depth + 1));
    }

    public void Dispose() => batch.Dispose();

    private static ReadOnlySpan<byte> Prefixed(ReadOnlySpan<byte> key, Span<byte> full)
    {
        full[0] = StoreKeys.Partition >> 8;
        full[1] = StoreKeys.Partition & 0xFF;
        key.CopyTo(full[StoreKeys.PartitionLength..]);
        return full;
    }

    private ulong Add(Event e)
    {
        e.IngestTime = IngestTime;
        if (e.EventTime == 0)
        {
            e.EventTime = e.SensorTime != 0 ? e.SensorTime : IngestTime;
        }

        if (e.Severity == Severity.Unspecified)
        {
            e.Severity = EventTypes.Get(e.Type).Severity;
        }

        var position = store.Writer.NextPosition(batch);
        foreach (var stage in stages)
        {
            try
            {
                stage.OnEvent(position, e, this);
            }
#pragma warning disable CA1031 // One event that a stage cannot bear must not stop the collection of all others.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                counters.AddStageFailure();
                logger.LogError(failure, "Stage {Stage} failed at event {Position}", stage.GetType().Name, position);
            }
        }

        // Sizes are worth asking for once: the encoder keeps none.
        var size = e.CalculateSize();
        if (size > options.MaxEventBytes)
        {
            EventSize.Cut(e, options.MaxEventBytes);
            counters.AddCut();
            size = e.CalculateSize();
        }

        store.Writer.Append(e, size, batch);
        stored.Add(new StoredEvent { Position = position, Event = e });
        counters.AddEvent();
        return position;
    }

    private void ProcessDerived()
    {
        var outer = depth;
        while (derived.TryDequeue(out var next))
        {
            depth = next.Depth;
            if (next.Event.LogSource == LogSource.Unspecified)
            {
                next.Event.LogSource = LogSource.Collector;
            }

            Add(next.Event);
        }

        depth = outer;
    }

    /// <summary>Stores an event about places of the store that cannot be read, so that people hear of it where they look.</summary>
    public void ReportDamage(IReadOnlyList<DamagedBlock> damage)
    {
        var events = damage.Where(d => d.Block >= 0).ToList();
        var which = events.Count == 0
            ? $"{damage.Count} indexes; searches there read every event"
            : string.Create(CultureInfo.InvariantCulture, $"{events.Count} blocks of events, positions {events[0].FirstPosition} to {events[^1].LastPosition}");
        AddOwnEvent(new Event
        {
            Type = EventType.SensorHealth,
            Severity = events.Count == 0 ? Severity.Warning : Severity.Critical,
            EventTime = IngestTime,
            Host = Environment.MachineName,
            Service = "sensornet-collector",
            LogSource = LogSource.Collector,
            Reason = "store_damage",
            Message = $"The store cannot read {which}: {damage[^1].Reason}. Restore them from a backup if they matter; sensornet-collector verify names them all.",
        });
    }

    private void ReportLoss(string sensorId, ulong epoch, ulong lost)
    {
        if (lost == 0)
        {
            return;
        }

        counters.AddLost(lost);
        Emit(new Event
        {
            Type = EventType.SensorGap,
            SensorId = sensorId,
            Epoch = epoch,
            EventTime = IngestTime,
            LogSource = LogSource.Collector,
            Message = string.Create(CultureInfo.InvariantCulture, $"{lost} events of sensor {sensorId} were lost before they reached the collector"),
            Attributes = { ["lost"] = lost.ToString(CultureInfo.InvariantCulture) },
        });
    }

    private void Guard(ICommitStage stage, Action<ICommitStage> call)
    {
        try
        {
            call(stage);
        }
#pragma warning disable CA1031 // As in Add.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            counters.AddStageFailure();
            logger.LogError(failure, "Stage {Stage} failed", stage.GetType().Name);
        }
    }
}

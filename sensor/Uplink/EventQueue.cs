using System.Globalization;
using SensorNet.Proto;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Logs;
using SensorNet.V1;

namespace SensorNet.Sensor.Uplink;

/// <summary>
/// The bounded queue that every producer emits into, and the one thread that empties it: fills in what is common to all
/// events, leaves out disabled types, applies the stages (privacy), hands over to the output in batches. Emitting never
/// blocks a live capture: when queue and spool are both full the event is dropped, counted, and told of in a
/// <c>sensor.gap</c> event as soon as there is room again.
/// </summary>
internal sealed class EventQueue : IMarkedEventSink, IDisposable
{
    private const int BatchSize = 256;

    private readonly object _gate = new();
    private readonly EventQueueOptions _options;
    private readonly EventTypeFilter _filter;
    private readonly IEventOutput _output;
    private readonly IReadOnlyList<IEventStage> _stages;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private readonly QueuedEvent[] _ring;
    private int _head;
    private int _count;
    private int _waiting;
    private bool _closed;
    private bool _abandoned;
    private ulong _accepted;
    private ulong _dropped;
    private ulong _droppedTold;
    private long _lastProgress;

    public EventQueue(
        EventQueueOptions options, EventTypeFilter filter, IEventOutput output, IReadOnlyList<IEventStage> stages, TimeProvider time)
    {
        _options = options;
        _filter = filter;
        _output = output;
        _stages = stages;
        _time = time;
        _ring = new QueuedEvent[options.Capacity];
        _lastProgress = time.GetTimestamp();
        _thread = new Thread(Run) { Name = "events", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The output's failure, if it threw: the queue has stopped taking events.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Events dropped because there was no room, since start.</summary>
    public ulong Dropped
    {
        get
        {
            lock (_gate)
            {
                return _dropped;
            }
        }
    }

    /// <summary>How long ago the queue's thread was last seen alive.</summary>
    public TimeSpan SinceProgress => _time.GetElapsedTime(Volatile.Read(ref _lastProgress));

    public void Emit(Event e) => Emit(e, default);

    public void Emit(in EncodedEvent e)
    {
        var queued = QueuedEvent.CopyOf(e);
        if (!Add(queued, wait: _options.Wait))
        {
            queued.Release();
        }
    }

    public void Emit(Event e, ReadOnlyMemory<byte> mark) =>
        Add(new QueuedEvent { Event = e, Mark = mark }, wait: _options.Wait || !mark.IsEmpty);

    private bool Add(in QueuedEvent e, bool wait)
    {
        lock (_gate)
        {
            while (_count == _ring.Length)
            {
                if (_closed || !wait)
                {
                    _dropped++;
                    return false;
                }

                _waiting++;
                Monitor.Wait(_gate);
                _waiting--;
            }

            if (_closed)
            {
                _dropped++;
                return false;
            }

            _ring[(_head + _count) % _ring.Length] = e;
            _accepted++;
            if (_count++ == 0)
            {
                Monitor.PulseAll(_gate);
            }

            return true;
        }
    }

    /// <summary>Gives up waiting for room: what does not fit is dropped and counted.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _abandoned = true;
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Adds the queue's own counters.</summary>
    public void CopyCounters(IDictionary<string, ulong> totals)
    {
        lock (_gate)
        {
            totals["queue.accepted"] = _accepted;
            totals["queue.dropped"] = _dropped;
            totals["queue.length"] = (ulong)_count;
        }
    }

    /// <summary>Hands everything that was emitted to the output, then stops. Later events are dropped and counted.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    private void Run()
    {
        var batch = new QueuedEvent[BatchSize];
        try
        {
            for (var count = Take(batch); count >= 0; count = Take(batch))
            {
                for (var i = 0; i < count; i++)
                {
                    Process(batch[i]);
                    batch[i].Release();
                    batch[i] = default;
                }

                TellOfDrops();
                _output.Flush();
            }
        }
        catch (IOException failure)
        {
            // JSON lines to a full disk or a closed pipe. The spool never throws.
            Failure = failure;
            lock (_gate)
            {
                _closed = true;
                _dropped += (ulong)_count;
                _count = 0;
                Monitor.PulseAll(_gate);
            }
        }
    }

    // Waits for events. -1: closed and empty.
    private int Take(QueuedEvent[] batch)
    {
        lock (_gate)
        {
            while (_count == 0)
            {
                if (_closed)
                {
                    return -1;
                }

                Monitor.Wait(_gate, TimeSpan.FromSeconds(1));
                Volatile.Write(ref _lastProgress, _time.GetTimestamp());
            }

            var count = Math.Min(batch.Length, _count);
            for (var i = 0; i < count; i++)
            {
                batch[i] = _ring[_head];
                _ring[_head] = default;
                _head = (_head + 1) % _ring.Length;
            }

            _count -= count;
            if (_waiting > 0)
            {
                Monitor.PulseAll(_gate);
            }

            Volatile.Write(ref _lastProgress, _time.GetTimestamp());
            return count;
        }
    }

    private void Process(in QueuedEvent queued)
    {
        if (_filter.CountAndTest(queued.Type))
        {
            _output.AppendMark(queued.Mark);
            return;
        }

        var now = (_time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
        if (queued.Event is null && !IsOfConcern(queued.Type))
        {
            queued.SetSensorTime(now);
            HandOver(queued);
            return;
        }

        var e = queued.Event ?? queued.Decode();
        e.SensorTime = now;
        if (e.EventTime == 0)
        {
            e.EventTime = e.SensorTime;
        }

        if (e.Host.Length == 0)
        {
            e.Host = _options.Host;
        }

        if (e.Severity == Severity.Unspecified)
        {
            e.Severity = EventTypes.Get(e.Type).Severity;
        }

        if (e.Platform == Platform.Unspecified)
        {
            e.Platform = Platform.Linux;
        }

        foreach (var stage in _stages)
        {
            stage.Apply(e);
        }

        HandOver(new QueuedEvent { Event = e, Mark = queued.Mark });
    }

    private bool IsOfConcern(EventType type)
    {
        foreach (var stage in _stages)
        {
            if (stage.Concerns(type))
            {
                return true;
            }
        }

        return false;
    }

    private void HandOver(in QueuedEvent finished)
    {
        while (!finished.TryAppendTo(_output))
        {
            _output.Flush();
            if (finished.TryAppendTo(_output))
            {
                return;
            }

            lock (_gate)
            {
                Volatile.Write(ref _lastProgress, _time.GetTimestamp());
                if (_abandoned || (_closed && !_options.Wait))
                {
                    _dropped++;
                    return;
                }

                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(20));
            }
        }
    }

    private void TellOfDrops()
    {
        ulong dropped;
        lock (_gate)
        {
            dropped = _dropped - _droppedTold;
            _droppedTold = _dropped;
        }

        if (dropped > 0)
        {
            Process(new QueuedEvent
            {
                Event = new Event
                {
                    Type = EventType.SensorGap,
                    LogSource = LogSource.Sensor,
                    Service = "sensor",
                    Reason = "queue_full",
                    Message = string.Create(CultureInfo.InvariantCulture, $"{dropped} events were dropped: queue and spool were full."),
                    Attributes = { ["dropped"] = dropped.ToString(CultureInfo.InvariantCulture) },
                },
            });
        }
    }
}

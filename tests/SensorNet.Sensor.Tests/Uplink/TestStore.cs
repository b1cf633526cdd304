using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Uplink;

/// <summary>What a test collector has made durable: events by (sensor, epoch, sequence), each once.</summary>
internal sealed class TestStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Sensor, ulong Epoch), SortedDictionary<ulong, Event>> _events = [];
    private readonly Dictionary<(string Sensor, ulong Epoch), ulong> _givenUp = [];

    /// <summary>Events that came again.</summary>
    public int Duplicates { get; private set; }

    public int Batches { get; private set; }

    public int LargestBatch { get; private set; }

    public IReadOnlyList<Event> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _events.OrderBy(e => e.Key).SelectMany(e => e.Value.Values)];
            }
        }
    }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _events.Values.Sum(e => e.Count);
            }
        }
    }

    /// <summary>Users of all events in the order of their sequences: what tests tell events apart by.</summary>
    public IReadOnlyList<string> Users => [.. All.Select(e => e.User)];

    public void Add(string sensor, ulong epoch, EventBatch batch)
    {
        lock (_gate)
        {
            var held = Held(sensor, epoch);
            Batches++;
            LargestBatch = Math.Max(LargestBatch, batch.Events.Count);
            var seq = batch.FirstSeq;
            foreach (var e in batch.Events)
            {
                if (!held.TryAdd(seq++, e))
                {
                    Duplicates++;
                }
            }
        }
    }

    /// <summary>Everything up to here is held or given up.</summary>
    public ulong Acked(string sensor, ulong epoch)
    {
        lock (_gate)
        {
            var acked = _givenUp.GetValueOrDefault((sensor, epoch));
            foreach (var seq in Held(sensor, epoch).Keys)
            {
                if (seq > acked + 1)
                {
                    break;
                }

                acked = Math.Max(acked, seq);
            }

            return acked;
        }
    }

    public IReadOnlyList<ulong> HeldAbove(string sensor, ulong epoch, ulong acked)
    {
        lock (_gate)
        {
            return [.. Held(sensor, epoch).Keys.Where(s => s > acked).SelectMany(s => new[] { s, s })];
        }
    }

    public void GiveUpTo(string sensor, ulong epoch, ulong seq)
    {
        lock (_gate)
        {
            _givenUp[(sensor, epoch)] = Math.Max(_givenUp.GetValueOrDefault((sensor, epoch)), seq);
        }
    }

    /// <summary>Loses events, as a damaged log does.</summary>
    public void Forget(Func<ulong, bool> which)
    {
        lock (_gate)
        {
            foreach (var held in _events.Values)
            {
                foreach (var seq in held.Keys.Where(which).ToList())
                {
                    held.Remove(seq);
                }
            }
        }
    }

    private SortedDictionary<ulong, Event> Held(string sensor, ulong epoch)
    {
        if (!_events.TryGetValue((sensor, epoch), out var held))
        {
            _events[(sensor, epoch)] = held = [];
        }

        return held;
    }
}

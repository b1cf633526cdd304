using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Sensor.Uplink;

/// <summary>
/// Which event types are counted but not sent. The configuration's list and the collector's are kept apart: the
/// collector's replaces only itself. Thread-safe; a look costs one array access.
/// </summary>
internal sealed class EventTypeFilter
{
    private readonly Lock _gate = new();
    private readonly long[] _counts = new long[512];
    private bool[] _disabled = new bool[512];
    private IReadOnlyList<EventType> _configured;
    private IReadOnlyList<EventType> _remote = [];

    public EventTypeFilter(IReadOnlyList<EventType> configured)
    {
        _configured = configured;
        Rebuild();
    }

    /// <summary>Raised after a change with everything that is disabled now.</summary>
    public event Action<IReadOnlyList<EventType>>? Changed;

    /// <summary>What the collector asked for last.</summary>
    public IReadOnlyList<EventType> Remote
    {
        get
        {
            lock (_gate)
            {
                return _remote;
            }
        }
    }

    /// <summary>Dotted names of everything disabled, sorted.</summary>
    public IReadOnlyList<string> Disabled
    {
        get
        {
            lock (_gate)
            {
                return [.. Union().Select(t => EventTypes.Get(t).Name).Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Counts an event and tells whether it is to be left out.</summary>
    public bool CountAndTest(EventType type)
    {
        var disabled = Volatile.Read(ref _disabled);
        if ((uint)type >= (uint)disabled.Length)
        {
            return false;
        }

        Interlocked.Increment(ref _counts[(int)type]);
        return disabled[(int)type];
    }

    /// <summary>Replaces the collector's list.</summary>
    /// <param name="names">Dotted names, or any other word for a type.</param>
    /// <returns>Words that name no type; they are left out.</returns>
    public IReadOnlyList<string> SetRemote(IEnumerable<string> names)
    {
        var types = new List<EventType>();
        var unknown = new List<string>();
        foreach (var name in names)
        {
            var named = EventTypes.Named(name);
            types.AddRange(named.Select(t => t.Type));
            if (named.Count == 0)
            {
                unknown.Add(name);
            }
        }

        lock (_gate)
        {
            _remote = types;
            Rebuild();
        }

        Notify();
        return unknown;
    }

    /// <summary>Replaces the configuration's list.</summary>
    public void SetConfigured(IReadOnlyList<EventType> types)
    {
        lock (_gate)
        {
            _configured = types;
            Rebuild();
        }

        Notify();
    }

    /// <summary>Adds <c>events.NAME</c> for every type that occurred, sent or not.</summary>
    public void CopyCounters(IDictionary<string, ulong> totals)
    {
        foreach (var info in EventTypes.All)
        {
            var count = (int)info.Type < _counts.Length ? Interlocked.Read(ref _counts[(int)info.Type]) : 0;
            if (count > 0)
            {
                totals["events." + info.Name] = (ulong)count;
            }
        }
    }

    private IEnumerable<EventType> Union() => _configured.Union(_remote);

    private void Notify()
    {
        IReadOnlyList<EventType> disabled;
        lock (_gate)
        {
            disabled = [.. Union()];
        }

        Changed?.Invoke(disabled);
    }

    private void Rebuild()
    {
        var disabled = new bool[_counts.Length];
        foreach (var type in Union())
        {
            if ((uint)type < (uint)disabled.Length)
            {
                disabled[(int)type] = true;
            }
        }

        Volatile.Write(ref _disabled, disabled);
    }
}

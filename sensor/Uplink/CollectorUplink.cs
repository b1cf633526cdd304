using SensorNet.Sensor.Spool;
using SensorNet.V1;

namespace SensorNet.Sensor.Uplink;

/// <summary>
/// Keeps the sensor connected: one collector of the list after the other, with growing pauses once each was tried, back
/// to the first after a while with another. Runs until stopped; the spool holds everything meanwhile.
/// </summary>
internal sealed class CollectorUplink
{
    private readonly IReadOnlyList<CollectorEndpoint> _endpoints;
    private readonly UplinkOptions _options;
    private readonly EventSpool _spool;
    private readonly EventTypeFilter _filter;
    private readonly SensorPresence _presence;
    private readonly Func<Heartbeat> _heartbeat;
    private readonly Log _log;
    private readonly TimeProvider _time;
    private readonly Backoff _backoff;
    private CollectorLink? _link;
    private bool _closing;
    private int _connections;
    private LinkEnd? _lastEnd;

    public CollectorUplink(
        IReadOnlyList<CollectorEndpoint> endpoints,
        UplinkOptions options,
        EventSpool spool,
        EventTypeFilter filter,
        SensorPresence presence,
        Func<Heartbeat> heartbeat,
        Log log,
        TimeProvider time,
        Backoff backoff)
    {
        ArgumentOutOfRangeException.ThrowIfZero(endpoints.Count);
        _endpoints = endpoints;
        _options = options;
        _spool = spool;
        _filter = filter;
        _presence = presence;
        _heartbeat = heartbeat;
        _log = log;
        _time = time;
        _backoff = backoff;
    }

    /// <summary>How the last connection ended; null while the first one lasts.</summary>
    public LinkEnd? LastEnd => Volatile.Read(ref _lastEnd);

    public bool IsConnected => Volatile.Read(ref _link) is { IsUp: true };

    /// <summary>The collector's clock minus ours at the last welcome; null before the first.</summary>
    public TimeSpan? ClockSkew => Volatile.Read(ref _link)?.ClockSkew;

    /// <summary>Called with every end of a connection.</summary>
    public Action<LinkEnd>? Ended { get; set; }

    public void CopyCounters(IDictionary<string, ulong> totals)
    {
        totals["uplink.connections"] = (ulong)Volatile.Read(ref _connections);
        if (ClockSkew is { } skew)
        {
            totals["uplink.clock_skew_ms"] = (ulong)Math.Abs(skew.TotalMilliseconds);
        }
    }

    /// <summary>Lets the running connection end once everything is acknowledged; no other is begun after that.</summary>
    public void Close()
    {
        Volatile.Write(ref _closing, true);
        Volatile.Read(ref _link)?.Close();
    }

    /// <summary>Ends the running connection so that the next uses the newest certificate.</summary>
    public void Reconnect() => Volatile.Read(ref _link)?.Failback();

    /// <summary>Runs until stopped, or closed with everything acknowledged. Does not throw.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var index = 0;
        while (!stop.IsCancellationRequested)
        {
            var endpoint = _endpoints[index];
            var link = new CollectorLink(endpoint, _options, _spool, _filter, _presence, _heartbeat, _log, _time);
            Volatile.Write(ref _link, link);
            if (Volatile.Read(ref _closing))
            {
                link.Close();
            }

            LinkEnd end;
            await using (index > 0 ? _time.CreateTimer(_ => link.Failback(), null, _options.FailbackAfter, Timeout.InfiniteTimeSpan) : null)
            {
                end = await link.RunAsync(stop);
            }

            Interlocked.Increment(ref _connections);
            Volatile.Write(ref _lastEnd, end);
            Ended?.Invoke(end);
            if (end.Kind == LinkEndKind.Stopped)
            {
                return;
            }

            if (end.Welcomed)
            {
                _backoff.Reset();
            }

            var pause = TimeSpan.Zero;
            switch (end.Kind)
            {
                case LinkEndKind.NewEpoch:
                    _spool.StartNewEpoch();
                    _log.EpochChanged(_spool.Epoch);
                    break;
                case LinkEndKind.Failback:
                    index = 0;
                    break;
                case LinkEndKind.Gap:
                    break;
                default:
                    index = (index + 1) % _endpoints.Count;
                    pause = end.RetryAfter > TimeSpan.Zero ? end.RetryAfter : index == 0 ? _backoff.Next() : TimeSpan.Zero;
                    Report(endpoint, end, pause);
                    break;
            }

            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, _time, stop).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }
    }

    private void Report(CollectorEndpoint endpoint, LinkEnd end, TimeSpan pause)
    {
        if (end.Kind is LinkEndKind.Refused or LinkEndKind.Duplicate)
        {
            _log.Refused(endpoint.Address, end.Detail, pause);
        }
        else
        {
            _log.Disconnected(endpoint.Address, end.Detail, pause);
        }
    }
}

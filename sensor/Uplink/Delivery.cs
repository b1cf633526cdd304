using System.Globalization;
using SensorNet.Sensor.Configuration;
using SensorNet.Sensor.Logs;
using SensorNet.Sensor.Spool;
using SensorNet.V1;

namespace SensorNet.Sensor.Uplink;

/// <summary>
/// Queue, spool and uplink put together over one state directory: whatever is emitted into <see cref="Events"/> reaches
/// the collector, now or after the next start.
/// </summary>
internal sealed class Delivery : IAsyncDisposable
{
    private const string RemoteTypesFile = "event-types";
    private static readonly TimeSpan RenewalCheck = TimeSpan.FromHours(1);

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromSeconds(5);

    private readonly StateDirectory _state;
    private readonly SensorIdentity _identity;
    private readonly IReadOnlyList<CollectorEndpoint> _endpoints;
    private readonly Log _log;
    private readonly TimeProvider _time;
    private readonly ITimer _upkeep;
    private readonly ITimer _renewal;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private readonly ClockWatch _clock;
    private string? _diskError;
    private ulong _dropped;
    private bool _skewTold;

    private Delivery(StateDirectory state, SensorIdentity identity, SensorOptions options, DeliveryMode mode, Log log, TimeProvider time)
    {
        _state = state;
        _identity = identity;
        _log = log;
        _time = time;
        _clock = new ClockWatch(time);
        _endpoints = identity.Endpoints(options.Uplink.Collectors);
        Positions = new LogPositions(state.Path);
        Spool = EventSpool.Open(options.Spool with { NeverDrop = mode.Wait }, time, new LogMarks(Positions));
        Filter = new EventTypeFilter(options.DisabledEvents);
        Filter.SetRemote(ReadRemoteTypes());
        Filter.Changed += _ => SaveRemoteTypes();
        Events = new EventQueue(
            new EventQueueOptions { Capacity = options.QueueCapacity, Wait = mode.Wait, Host = mode.Host }, Filter, Spool, [new DuplicateMarker(NextId), .. mode.Stages], time);
        Counters = new SensorCounters(time);
        Counters.Add(Events.CopyCounters);
        Counters.Add(Filter.CopyCounters);
        Counters.Add(CopySpoolCounters);
        var statistics = Spool.GetStatistics();
        log.SpoolOpened(options.Spool.Directory, statistics.Epoch, statistics.Waiting);
        Uplink = new CollectorUplink(
            _endpoints,
            options.Uplink,
            Spool,
            Filter,
            new SensorPresence(mode.Host, SensorVersion.Text, ReadBootId(), mode.Capabilities),
            MakeHeartbeat,
            log,
            time,
            new Backoff(Random.Shared));
        Counters.Add(Uplink.CopyCounters);
        var interval = options.Spool.SyncInterval > TimeSpan.Zero ? options.Spool.SyncInterval : TimeSpan.FromSeconds(1);
        _upkeep = time.CreateTimer(_ => Maintain(), null, interval, interval);
        _renewal = time.CreateTimer(_ => _ = RenewAsync(), null, TimeSpan.FromSeconds(30), RenewalCheck);
        _running = Task.Run(() => Uplink.RunAsync(_stop.Token));
    }

    public EventQueue Events { get; }

    public EventSpool Spool { get; }

    public EventTypeFilter Filter { get; }

    public LogPositions Positions { get; }

    public CollectorUplink Uplink { get; }

    public SensorCounters Counters { get; }

    /// <summary>Ends when the uplink does: stopped, or closed with everything acknowledged.</summary>
    public Task Running => _running;

    /// <summary>Takes hold of the state directory and begins to connect.</summary>
    /// <exception cref="StateDirectoryException">It is held by another process, or cannot be used.</exception>
    /// <exception cref="NotJoinedException">The sensor has no identity, or no collector's address.</exception>
    /// <exception cref="IOException">The spool cannot be opened.</exception>
    public static Delivery Open(SensorOptions options, DeliveryMode mode, Log log, TimeProvider time)
    {
        var state = StateDirectory.Hold(options.StateDirectory);
        try
        {
            var identity = new SensorIdentity(state.Path);
            if (!identity.Exists || identity.Endpoints(options.Uplink.Collectors).Count == 0)
            {
                throw new NotJoinedException(state.Path);
            }

            return new Delivery(state, identity, options, mode, log, time);
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>Puts away what is in the queue, gives the collector a moment to take it, and lets go of everything.</summary>
    public async ValueTask DisposeAsync()
    {
        Events.Dispose();
        if (Uplink.IsConnected)
        {
            Uplink.Close();
            await Task.WhenAny(_running, Task.Delay(TimeSpan.FromSeconds(3), _time));
        }

        await _stop.CancelAsync();
        if (await Task.WhenAny(_running, Task.Delay(LongestEnd, _time)) != _running)
        {
            // All of it is in the spool: an uplink that does not end must not keep the sensor from ending.
            _log.UplinkStuck();
        }

        await _upkeep.DisposeAsync();
        await _renewal.DisposeAsync();
        Spool.Dispose();
        FlushPositions();
        _stop.Dispose();
        _state.Dispose();
    }

    private static string ReadBootId()
    {
        const string file = "/proc/sys/kernel/random/boot_id";
        return File.Exists(file) ? File.ReadAllText(file).Trim() : "";
    }

    // Only the queue's thread appends, so that this is the number that the event in its hands will get.
    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"{Spool.Epoch}-{Spool.Last + 1}");

    private void FlushPositions()
    {
        try
        {
            Positions.Flush();
        }
        catch (IOException refused)
        {
            // The spool tells the positions again at the next start.
            _log.SpoolFailing(refused.Message);
        }
    }

    private void Maintain()
    {
        Spool.Maintain();
        var now = Spool.GetStatistics();
        if (now.DiskError != _diskError)
        {
            if (now.DiskError is { } why)
            {
                _log.SpoolFailing(why);
            }
            else
            {
                _log.SpoolWorks();
            }

            _diskError = now.DiskError;
        }

        if (now.DroppedEvents > _dropped)
        {
            var dropped = now.DroppedEvents - _dropped;
            _dropped = now.DroppedEvents;
            _log.SpoolDropped(dropped);
            Tell(
                EventType.SensorGap,
                "spool_full",
                string.Create(CultureInfo.InvariantCulture, $"{dropped} events were lost: the spool was full while the collector was away."),
                "dropped",
                dropped.ToString(CultureInfo.InvariantCulture));
        }

        LookAtClocks();
    }

    private void LookAtClocks()
    {
        if (_clock.Check() is { } jump)
        {
            var seconds = jump.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
            _log.ClockSet(seconds);
            Tell(EventType.SensorClockSkew, "clock_set", $"This host's clock was set by {seconds} s.", "seconds", seconds);
        }

        var skew = Uplink.ClockSkew;
        var apart = skew is { } difference && difference.Duration() > MaxClockSkew;
        if (apart && !_skewTold)
        {
            var seconds = skew!.Value.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
            _log.ClockSkew(seconds);
            Tell(EventType.SensorClockSkew, "collector_differs", $"The collector's clock is {seconds} s ahead of this host's.", "seconds", seconds);
        }

        _skewTold = apart;
    }

    private void Tell(EventType type, string reason, string message, string attribute, string value) => Events.Emit(new Event
    {
        Type = type,
        LogSource = LogSource.Sensor,
        Service = "sensor",
        Reason = reason,
        Message = message,
        Attributes = { [attribute] = value },
    });

    private async Task RenewAsync()
    {
        try
        {
            if (await _identity.RenewIfDueAsync(_endpoints[0].Address, _time, _stop.Token) is { } until)
            {
                _log.CertificateRenewed(until);
                Uplink.Reconnect();
            }
        }
        catch (Exception failure) when (failure is Grpc.Core.RpcException or IOException or InvalidDataException or OperationCanceledException or System.Security.Cryptography.CryptographicException or UnauthorizedAccessException)
        {
            _log.CertificateNotRenewed(failure.Message);
        }
    }

    private Heartbeat MakeHeartbeat()
    {
        var spool = Spool.GetStatistics();
        var heartbeat = new Heartbeat
        {
            Time = (_time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100,
            SpoolBytes = (ulong)(spool.DiskBytes + spool.MemoryBytes),
            SpoolEvents = spool.Waiting,
            CpuPercent = Counters.CpuPercent(),
            RssBytes = (ulong)Environment.WorkingSet,
            DisabledEventTypes = { Filter.Disabled },
        };
        Counters.CopyTo(heartbeat.Counters);
        return heartbeat;
    }

    private void CopySpoolCounters(IDictionary<string, ulong> totals)
    {
        var spool = Spool.GetStatistics();
        totals["spool.events"] = spool.Waiting;
        totals["spool.bytes"] = (ulong)spool.DiskBytes;
        totals["spool.dropped"] = spool.DroppedEvents;
        totals["spool.damaged"] = spool.DamagedEvents;
        totals["spool.write_failures"] = spool.WriteFailures;
    }

    // What the collector chose stays chosen over a restart while the collector is away.
    private string[] ReadRemoteTypes()
    {
        var path = Path.Combine(_state.Path, RemoteTypesFile);
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    }

    private void SaveRemoteTypes()
    {
        try
        {
            File.WriteAllLines(Path.Combine(_state.Path, RemoteTypesFile), Filter.Remote.Select(t => Proto.EventTypes.Get(t).Name));
        }
        catch (IOException refused)
        {
            _log.SpoolFailing(refused.Message);
        }
    }
}

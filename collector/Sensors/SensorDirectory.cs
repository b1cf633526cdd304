using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Sensors;

/// <summary>
/// Every sensor ever seen, what it last said of itself, and its open stream if it has one. Rows live in
/// <see cref="Table.Security"/> under <c>sensor/ID</c>. Thread-safe.
/// </summary>
internal sealed class SensorDirectory(IStoreReader store, CommitLoop loop, TimeProvider clock, ILogger<SensorDirectory> logger)
{
    /// <summary>Three missed heartbeats.</summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(30);

    private const string KeyPrefix = "sensor/";
    private readonly ConcurrentDictionary<string, SensorState> _sensors = new(StringComparer.Ordinal);

    /// <summary>Reads what earlier runs knew.</summary>
    public void Load()
    {
        foreach (var (_, value) in store.Scan(Table.Security, Encoding.UTF8.GetBytes(KeyPrefix)))
        {
            var row = Sensor.Parser.ParseFrom(value);
            _sensors[row.Id] = new SensorState(row) { SilenceReported = true };
        }
    }

    public IReadOnlyList<Sensor> List() => [.. _sensors.Values.Select(s => s.Snapshot(clock.GetUtcNow())).OrderBy(s => s.Id, StringComparer.Ordinal)];

    public Sensor? Find(string id) => _sensors.TryGetValue(id, out var state) ? state.Snapshot(clock.GetUtcNow()) : null;

    /// <summary>
    /// Takes a new stream. A sensor speaks over one stream: a second one of the same process replaces the first (its
    /// network broke and we did not notice); one of another process is refused while the first is alive, because two
    /// hosts with one identity would overwrite each other's sequence.
    /// </summary>
    /// <returns>Null, or why the stream is refused.</returns>
    public async ValueTask<string?> ConnectAsync(SensorConnection connection, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var state = _sensors.GetOrAdd(connection.SensorId, id => new SensorState(new Sensor { Id = id }));
        SensorConnection? former;
        bool refused;
        lock (state)
        {
            former = state.Connection;
            refused = former is not null && former.Hello.BootId != connection.Hello.BootId && now - former.LastHeard < SilentAfter;
            if (!refused)
            {
                state.Accept(connection);
            }
        }

        if (refused)
        {
            logger.LogWarning("Refused a second sensor with the identity {Sensor}: {Peer}, while {Other} is connected", connection.SensorId, connection.Peer, former!.Peer);
            await ReportAsync(state.Row, EventType.ConsoleAudit, Severity.Critical, "two sensors use one identity; the second was refused", "identity_conflict").ConfigureAwait(false);
            return $"another sensor with the identity {state.Row.Id} is connected from {former.Peer}; give each host an identity of its own with `sensornet-sensor join`";
        }

        former?.Abort();
        await SaveAsync(state, cancellation).ConfigureAwait(false);
        if (state.Row.DisabledEventTypes.Count > 0)
        {
            connection.Send(new Control { SetEventTypes = new SetEventTypes { Disabled = { state.Row.DisabledEventTypes } } });
        }

        return null;
    }

    public void Disconnect(SensorConnection connection)
    {
        if (_sensors.TryGetValue(connection.SensorId, out var state))
        {
            lock (state)
            {
                if (ReferenceEquals(state.Connection, connection))
                {
                    state.Connection = null;
                    state.Row.LastHeartbeat = SensorState.Nanoseconds(connection.LastHeard);
                }
            }
        }
    }

    public void Heartbeat(SensorConnection connection, Heartbeat heartbeat)
    {
        if (_sensors.TryGetValue(connection.SensorId, out var state))
        {
            lock (state)
            {
                state.Row.LastHeartbeat = SensorState.Nanoseconds(clock.GetUtcNow());
                state.Row.SpoolEvents = heartbeat.SpoolEvents;
                state.Row.CpuPercent = heartbeat.CpuPercent;
                state.Row.RssBytes = heartbeat.RssBytes;
                state.Row.Counters.Clear();
                foreach (var (name, value) in heartbeat.Counters.Take(512))
                {
                    state.Row.Counters[name] = value;
                }
            }
        }
    }

    /// <summary>Counts stored events of a sensor and how late they came.</summary>
    public void Stored(SensorConnection connection, SubmitResult result, long newestEventTime)
    {
        if (_sensors.TryGetValue(connection.SensorId, out var state))
        {
            state.Stored(result, newestEventTime, clock.GetUtcNow());
        }
    }

    /// <summary>Switches event types off at a sensor, now and at every later connection.</summary>
    /// <returns>Null when there is no such sensor.</returns>
    public async ValueTask<Sensor?> SetEventTypesAsync(string id, IReadOnlyList<string> disabled, CancellationToken cancellation)
    {
        if (!_sensors.TryGetValue(id, out var state))
        {
            return null;
        }

        lock (state)
        {
            state.Row.DisabledEventTypes.Clear();
            state.Row.DisabledEventTypes.Add(disabled);
            state.Connection?.Send(new Control { SetEventTypes = new SetEventTypes { Disabled = { disabled } } });
        }

        await SaveAsync(state, cancellation).ConfigureAwait(false);
        return state.Snapshot(clock.GetUtcNow());
    }

    /// <summary>Ends the streams of a sensor whose certificate was revoked.</summary>
    public void Abort(string id)
    {
        if (_sensors.TryGetValue(id, out var state))
        {
            state.Connection?.Abort();
        }
    }

    /// <summary>Asks every connected sensor to come back after the collector's restart.</summary>
    public void Drain(TimeSpan after)
    {
        foreach (var state in _sensors.Values)
        {
            state.Connection?.Send(new Control { DrainMs = (uint)after.TotalMilliseconds });
        }
    }

    /// <summary>Reports sensors that have fallen silent, each once, until cancelled.</summary>
    public async Task WatchSilenceAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
        {
            var now = clock.GetUtcNow();
            foreach (var state in _sensors.Values)
            {
                if (state.BecameSilent(now, SilentAfter))
                {
                    await ReportAsync(state.Row, EventType.SensorSilent, Severity.Error, $"no word from sensor {state.Row.Id} for {SilentAfter.TotalSeconds:0} s", "silent").ConfigureAwait(false);
                }
            }
        }
    }

    private async ValueTask ReportAsync(Sensor sensor, EventType type, Severity severity, string message, string reason)
    {
        try
        {
            await loop.IngestAsync(
                new Event
                {
                    Type = type,
                    Severity = severity,
                    EventTime = SensorState.Nanoseconds(clock.GetUtcNow()),
                    Host = sensor.Host,
                    LogSource = LogSource.Collector,
                    Service = "sensornet",
                    Message = message,
                    Reason = reason,
                    Attributes = { ["sensor"] = sensor.Id },
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreUnavailableException e)
        {
            logger.LogWarning("Could not record that {Message}: {Reason}", message, e.Message);
        }
    }

    private ValueTask SaveAsync(SensorState state, CancellationToken cancellation)
    {
        byte[] key, value;
        lock (state)
        {
            key = Encoding.UTF8.GetBytes(KeyPrefix + state.Row.Id);
            value = state.Row.ToByteArray();
        }

        return loop.RunAsync(commit => commit.Put(Table.Security, key, value), cancellation);
    }
}

using SensorNet.Collector.Ingest;
using SensorNet.V1;

namespace SensorNet.Collector.Sensors;

/// <summary>One sensor's row and stream. Its fields are guarded by a lock on the object.</summary>
internal sealed class SensorState(Sensor row)
{
    private long _events;
    private long _rateTicks;
    private long _rateEvents;
    private double _rate;
    private long _lagMs;

    public Sensor Row => row;

    public SensorConnection? Connection { get; set; }

    public bool SilenceReported { get; set; }

    public static long Nanoseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100;

    /// <summary>This is the sensor's stream from now on.</summary>
    public void Accept(SensorConnection connection)
    {
        Connection = connection;
        SilenceReported = false;
        row.Host = connection.Hello.Host;
        row.Version = connection.Hello.Version;
        row.Epoch = connection.Hello.Epoch;
        row.Peer = connection.Peer;
        row.ConnectedSince = Nanoseconds(connection.Since);
        row.Capabilities.Clear();
        row.Capabilities.Add(connection.Hello.Capabilities);
    }

    public void Stored(SubmitResult result, long newestEventTime, DateTimeOffset now)
    {
        lock (this)
        {
            row.AckedSeq = Math.Max(row.AckedSeq, result.Acked);
            _events += result.Stored;
            _lagMs = Math.Max(0, ((now.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / 10_000) - (newestEventTime / 1_000_000));
            UpdateRate(now);
        }
    }

    /// <summary>True once when the sensor has been without a word for that long. One that played a file is not expected back.</summary>
    public bool BecameSilent(DateTimeOffset now, TimeSpan limit)
    {
        lock (this)
        {
            var last = Connection?.LastHeard ?? DateTimeOffset.UnixEpoch.AddTicks(row.LastHeartbeat / 100);
            if (SilenceReported || row.State == "revoked" || row.Capabilities.Contains("replay") || now - last < limit)
            {
                return false;
            }

            SilenceReported = true;
            return true;
        }
    }

    public Sensor Snapshot(DateTimeOffset now)
    {
        lock (this)
        {
            UpdateRate(now);
            var copy = row.Clone();
            copy.State = row.State == "revoked" ? "revoked"
                : Connection is null ? "down"
                : now - Connection.LastHeard > SensorDirectory.SilentAfter ? "silent"
                : "up";
            copy.Events = (ulong)_events;
            copy.EventsPerS = _rate;
            copy.LagMs = (ulong)_lagMs;
            return copy;
        }
    }

    // Events per second over the last whole interval of at least two seconds.
    private void UpdateRate(DateTimeOffset now)
    {
        var elapsed = now.UtcTicks - _rateTicks;
        if (elapsed >= 2 * TimeSpan.TicksPerSecond)
        {
            _rate = _rateTicks == 0 ? 0 : (_events - _rateEvents) / (elapsed / (double)TimeSpan.TicksPerSecond);
            (_rateTicks, _rateEvents) = (now.UtcTicks, _events);
        }
    }
}

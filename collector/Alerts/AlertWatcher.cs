using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>
/// What one reader of the alerts has still to read. While an alert's change waits, further counts of that alert only make it newer: a storm costs a
/// slow reader nothing but counts. Published to by one thread, read by another.
/// </summary>
internal sealed class AlertWatcher
{
    /// <summary>Changes that may wait.</summary>
    public const int MostWaiting = 16_384;

    private readonly Lock _lock = new();
    private readonly Channel<Waiting> _changes = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Dictionary<string, Waiting> _last = [];

    /// <summary>False when too many changes wait: then the reader, having read them, gets a <see cref="TooSlowException"/>.</summary>
    public bool TryPublish(WatchAlertsResponse change)
    {
        var id = change.Alert.AlertId;
        lock (_lock)
        {
            if (change.Change == "count" && _last.TryGetValue(id, out var last))
            {
                last.Change = new WatchAlertsResponse { Alert = change.Alert, Change = last.Change.Change };
                return true;
            }

            var waiting = new Waiting(change);
            if (!_changes.Writer.TryWrite(waiting))
            {
                _changes.Writer.TryComplete(new TooSlowException());
                return false;
            }

            _last[id] = waiting;
            return true;
        }
    }

    /// <summary>True when there is a change to read.</summary>
    /// <exception cref="TooSlowException">More waited than is kept; what was kept has been read.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellation) => _changes.Reader.WaitToReadAsync(cancellation);

    public bool TryRead([MaybeNullWhen(false)] out WatchAlertsResponse change)
    {
        lock (_lock)
        {
            if (!_changes.Reader.TryRead(out var waiting))
            {
                change = null;
                return false;
            }

            change = waiting.Change;
            if (_last.TryGetValue(change.Alert.AlertId, out var last) && last == waiting)
            {
                _last.Remove(change.Alert.AlertId);
            }

            return true;
        }
    }

    private sealed class Waiting(WatchAlertsResponse change)
    {
        public WatchAlertsResponse Change { get; set; } = change;
    }
}

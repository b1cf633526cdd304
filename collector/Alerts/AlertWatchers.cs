using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>
/// Those who watch alerts. One that reads too slowly is let go with an error instead of missing a change unnoticed: it
/// watches again, with the open alerts first. Thread-safe.
/// </summary>
internal sealed class AlertWatchers
{
    private readonly Lock _lock = new();
    private readonly List<AlertWatcher> _watchers = [];

    public AlertWatcher Add()
    {
        var watcher = new AlertWatcher();
        lock (_lock)
        {
            _watchers.Add(watcher);
        }

        return watcher;
    }

    public void Remove(AlertWatcher watcher)
    {
        lock (_lock)
        {
            _watchers.Remove(watcher);
        }
    }

    public bool Any
    {
        get
        {
            lock (_lock)
            {
                return _watchers.Count > 0;
            }
        }
    }

    public void Publish(WatchAlertsResponse change)
    {
        lock (_lock)
        {
            _watchers.RemoveAll(watcher => !watcher.TryPublish(change));
        }
    }
}

using System.Threading.Channels;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>
/// Those who watch alerts, each with a bounded queue. One that reads too slowly is let go with an error instead of
/// missing a change unnoticed: it watches again, with the open alerts first. Thread-safe.
/// </summary>
internal sealed class AlertWatchers
{
    private const int Queue = 2048;
    private readonly Lock _lock = new();
    private readonly List<Channel<WatchAlertsResponse>> _channels = [];

    public ChannelReader<WatchAlertsResponse> Add()
    {
        var channel = Channel.CreateBounded<WatchAlertsResponse>(new BoundedChannelOptions(Queue) { SingleReader = true });
        lock (_lock)
        {
            _channels.Add(channel);
        }

        return channel.Reader;
    }

    public void Remove(ChannelReader<WatchAlertsResponse> reader)
    {
        lock (_lock)
        {
            _channels.RemoveAll(c => c.Reader == reader);
        }
    }

    public bool Any
    {
        get
        {
            lock (_lock)
            {
                return _channels.Count > 0;
            }
        }
    }

    public void Publish(WatchAlertsResponse change)
    {
        lock (_lock)
        {
            for (var i = _channels.Count - 1; i >= 0; i--)
            {
                if (!_channels[i].Writer.TryWrite(change))
                {
                    _channels[i].Writer.TryComplete(new TooSlowException());
                    _channels.RemoveAt(i);
                }
            }
        }
    }
}

using System.Threading.Channels;
using SensorNet.V1;

namespace SensorNet.Collector.Sensors;

/// <summary>One sensor's open stream, as the rest of the collector sees it. Thread-safe.</summary>
internal sealed class SensorConnection(string sensorId, Hello hello, string peer, DateTimeOffset since, CancellationTokenSource abort)
{
    private readonly Channel<Control> _controls = Channel.CreateBounded<Control>(
        new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropOldest });

    private long _lastHeard = since.UtcTicks;

    public string SensorId => sensorId;

    public Hello Hello => hello;

    public string Peer => peer;

    public DateTimeOffset Since => since;

    /// <summary>When the last message of any kind came.</summary>
    public DateTimeOffset LastHeard => new(Interlocked.Read(ref _lastHeard), TimeSpan.Zero);

    public ChannelReader<Control> Controls => _controls.Reader;

    public void Heard(DateTimeOffset now) => Interlocked.Exchange(ref _lastHeard, now.UtcTicks);

    public void Send(Control control) => _controls.Writer.TryWrite(control);

    /// <summary>Ends the stream: its certificate was revoked, or a newer stream of the same process took its place.</summary>
    public void Abort() => abort.Cancel();
}

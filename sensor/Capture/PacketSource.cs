namespace SensorNet.Sensor.Capture;

/// <summary>Where packets come from: a capture file (<see cref="CaptureFileReader"/>) or a live link (<see cref="LivePacketSource"/>).</summary>
internal abstract class PacketSource : IDisposable
{
    /// <summary>
    /// Hands every packet to the handler, in the order captured, on the calling thread, until the source ends or the
    /// token is cancelled. What was captured before the cancellation is still handed over.
    /// </summary>
    public abstract void Run(IPacketHandler handler, CancellationToken cancellation);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}

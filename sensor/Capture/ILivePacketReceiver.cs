namespace SensorNet.Sensor.Capture;

/// <summary>Called by <see cref="LibPcap"/> for each packet, on the thread that dispatches. Must not throw.</summary>
internal interface ILivePacketReceiver
{
    /// <param name="seconds">Since 1970 UTC.</param>
    /// <param name="fraction">Micro- or nanoseconds, as the handle was told.</param>
    /// <param name="data">In the kernel's buffer; valid during the call.</param>
    /// <param name="original">Octets on the wire.</param>
    void Receive(long seconds, long fraction, ReadOnlySpan<byte> data, int original);
}

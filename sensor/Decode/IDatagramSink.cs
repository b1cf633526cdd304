namespace SensorNet.Sensor.Decode;

/// <summary>Takes what was decoded, in packet order, on the capture thread.</summary>
internal interface IDatagramSink
{
    /// <summary>A payload of non-zero length. Must not keep the span, block or throw.</summary>
    void OnDatagram(in Datagram datagram);

    /// <summary>
    /// The packet clock has reached this time (nanoseconds since 1970 UTC): timers that are due run now. It goes back only
    /// when the clock was set back, and then by more than <see cref="PacketClock.Step"/>. Called at least for every packet and, when a live link is silent, by the capture loop.
    /// </summary>
    void OnTime(long time);

    /// <summary>A TCP connection on a watched port was secured, ended or was refused. Same rules as <see cref="OnDatagram"/>.</summary>
    void OnConnection(in ConnectionChange change)
    {
    }
}

using SensorNet.V1;

namespace SensorNet.Sensor.Logs;

/// <summary>Takes the events of one source, with the place to which a reader that must not repeat or miss them goes back.</summary>
internal interface ILogOutput
{
    /// <param name="e">Given away.</param>
    /// <param name="offset">Start of the earliest line that may still give an event.</param>
    /// <param name="emitted">How many events, this one among them, were given since the reader first stood at that line.</param>
    void Emit(Event e, long offset, long emitted);
}

using SensorNet.Sensor.Logs;

namespace SensorNet.Sensor.Spool;

/// <summary>Tells the log readers' positions what the spool says about marks.</summary>
internal sealed class LogMarks(ILogPositions positions) : ISpoolMarks
{
    public void Recovered(ReadOnlySpan<byte> mark) => positions.Recovered(mark);

    public void Released(ReadOnlySpan<byte> mark) => positions.Acknowledged(mark);

    public void Flush() => positions.Flush();
}

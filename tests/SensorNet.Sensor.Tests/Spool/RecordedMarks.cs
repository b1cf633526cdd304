using SensorNet.Sensor.Spool;

namespace SensorNet.Sensor.Tests.Spool;

/// <summary>Notes what a spool says about marks, each of which is one octet here.</summary>
internal sealed class RecordedMarks : ISpoolMarks
{
    public List<byte> Recoveries { get; } = [];

    public List<byte> Releases { get; } = [];

    public int Flushes { get; private set; }

    public bool FailFlush { get; set; }

    public void Recovered(ReadOnlySpan<byte> mark) => Recoveries.Add(mark[0]);

    public void Released(ReadOnlySpan<byte> mark) => Releases.Add(mark[0]);

    public void Flush()
    {
        if (FailFlush)
        {
            throw new IOException("no space");
        }

        Flushes++;
    }
}

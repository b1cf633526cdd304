namespace SensorNet.Benchmarks.Traffic;

/// <summary>A call or a registration: messages between two or three parties, each with its delay after the one before.</summary>
internal abstract class Exchange
{
    private int _next;

    /// <summary>Messages altogether.</summary>
    public abstract int Length { get; }

    public bool IsOver => _next == Length;

    /// <summary>Seconds until the next message.</summary>
    public abstract double DelayBefore(int index);

    /// <summary>Writes the next message; returns the delay before the one after it.</summary>
    public double WriteNext(long time, PcapWriter writer)
    {
        var (from, to, text) = Message(_next);
        writer.Write(time, from, to, text);
        _next++;
        return IsOver ? 0 : DelayBefore(_next);
    }

    protected abstract (Party From, Party To, string Text) Message(int index);
}

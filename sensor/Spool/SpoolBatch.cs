namespace SensorNet.Sensor.Spool;

/// <summary>
/// Events read from the spool, as the protobuf octets they were written in, in one reused buffer. Not thread-safe; valid
/// until it is filled again.
/// </summary>
internal sealed class SpoolBatch
{
    private readonly List<(int Offset, int Length)> _events = [];
    private byte[] _octets = new byte[32 << 10];
    private int _used;

    /// <summary>Sequence of the first event; the others follow without a gap.</summary>
    public ulong FirstSeq { get; private set; }

    public int Count => _events.Count;

    /// <summary>Octets of all events together.</summary>
    public int Bytes => _used;

    /// <summary>Sequence of the last event; meaningless while empty.</summary>
    public ulong LastSeq => FirstSeq + (ulong)Count - 1;

    /// <summary>The protobuf octets of one event.</summary>
    public ReadOnlySpan<byte> this[int index] => _octets.AsSpan(_events[index].Offset, _events[index].Length);

    public void Clear()
    {
        _events.Clear();
        _used = 0;
        FirstSeq = 0;
    }

    /// <summary>Adds the event that follows the last one.</summary>
    public void Add(ulong seq, ReadOnlySpan<byte> payload)
    {
        if (_events.Count == 0)
        {
            FirstSeq = seq;
        }

        if (_octets.Length - _used < payload.Length)
        {
            Array.Resize(ref _octets, Math.Max(_octets.Length * 2, _used + payload.Length));
        }

        payload.CopyTo(_octets.AsSpan(_used));
        _events.Add((_used, payload.Length));
        _used += payload.Length;
    }
}

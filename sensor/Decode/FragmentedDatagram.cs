namespace SensorNet.Sensor.Decode;

/// <summary>One IP datagram being put together. Objects and buffers are reused by the <see cref="FragmentTable"/>.</summary>
internal sealed class FragmentedDatagram
{
    /// <summary>Pieces that do not touch each other; real datagrams need a few, an attacker would like thousands.</summary>
    public const int MaxRanges = 256;

    public FragmentKey Key;
    public byte[] Buffer = [];

    /// <summary>Length of the whole payload; -1 until the last fragment has come.</summary>
    public int Total;

    /// <summary>Packet time of the first fragment that came.</summary>
    public long Since;

    /// <summary>Fragments contradicted each other in a way that RFC 5722 wants the whole datagram dropped for.</summary>
    public bool Poisoned;

    /// <summary>Received pieces as [start, end), ascending, neither overlapping nor touching.</summary>
    public readonly List<(int Start, int End)> Ranges = [];

    public LinkedListNode<FragmentedDatagram> Node { get; }

    public FragmentedDatagram() => Node = new LinkedListNode<FragmentedDatagram>(this);

    public bool IsWhole => Total >= 0 && Ranges.Count == 1 && Ranges[0].Start == 0 && Ranges[0].End == Total;

    public ReadOnlySpan<byte> Payload => Buffer.AsSpan(0, Total);
}

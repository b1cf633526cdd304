namespace SensorNet.Sensor.Decode;

/// <summary>
/// One direction of a TCP connection: where its octets are up to, the message under way, and what came out of order.
/// Objects are reused by the <see cref="TcpReassembler"/>; without a message under way one costs about 200 octets.
/// </summary>
internal sealed class TcpStream
{
    public StreamKey Key;
    public StreamPorts Ports;

    /// <summary>Outermost VLAN of the last segment. Not part of the key: a mirror may show one connection tagged and untagged.</summary>
    public ushort Vlan;
    public StreamKind Kind;

    /// <summary>The start of the connection was seen, so its first octets are known to be the first.</summary>
    public bool FromStart;

    /// <summary>Which end sends in this direction.</summary>
    public StreamSide Side;

    /// <summary>An octet has been seen in it.</summary>
    public bool Used;

    /// <summary>A message has been found in it.</summary>
    public bool Proven;

    /// <summary>Octets that were no message have been handed on, once, as they are.</summary>
    public bool JunkReported;

    /// <summary>Octets were lost since the last message that was handed on.</summary>
    public bool AfterGap;

    /// <summary>The buffer begins with a message's start line.</summary>
    public bool InMessage;

    /// <summary>WebSocket: the HTTP header is over.</summary>
    public bool Upgraded;

    /// <summary>WebSocket: the message under way was compressed and is not kept.</summary>
    public bool Compressed;

    /// <summary>Sequence number of the next octet.</summary>
    public uint Next;

    /// <summary>Time of the last packet.</summary>
    public long LastTime;

    /// <summary>Since when octets wait behind a hole; -1: no hole.</summary>
    public long GapSince;

    /// <summary>Octets that belong to nothing and are to be stepped over.</summary>
    public long Skip;

    /// <summary>Length of the message under way once known, else 0.</summary>
    public long Needed;

    /// <summary>How far the end of the header has been looked for.</summary>
    public int ScanFrom;

    /// <summary>In-order octets not yet handed on.</summary>
    public byte[] Buffer = [];
    public int Length;

    /// <summary>WebSocket: payload of the frames before the last of a message.</summary>
    public byte[] Partial = [];
    public int PartialLength;

    /// <summary>Ascending by sequence number.</summary>
    public readonly List<TcpSegment> Pending = [];
    public int PendingBytes;

    /// <summary>Holes that were stepped over, [start, end), in which a segment may still turn up late.</summary>
    public readonly List<(uint Start, uint End)> Lost = [];

    /// <summary>Place in the list of streams that time may change; -1: not in it.</summary>
    public int WaitingIndex = -1;

    public TcpStream() => Node = new LinkedListNode<TcpStream>(this);

    public LinkedListNode<TcpStream> Node { get; }

    public int HeldBytes => Buffer.Length + Partial.Length + PendingBytes;

    public bool IsWaiting => Length > 0 || Pending.Count > 0;
}

using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>
/// The newest events of the live tail, at most <see cref="Capacity"/>; the oldest fall out. Owned by the UI thread. They are
/// held in the contract's octets, about a tenth of what the objects take, and become objects as they are looked at.
/// </summary>
internal sealed class EventRing
{
    public const int Capacity = 10_000;

    // More than the rows of any screen, so that a frame finds those of the frame before.
    private const int Opened = 512;

    private readonly (ByteString Octets, Func<ByteString, StoredEvent> Open)[] _held = new (ByteString, Func<ByteString, StoredEvent>)[Capacity];
    private readonly (int Slot, StoredEvent? Event)[] _opened = new (int, StoredEvent?)[Opened];
    private int _next;

    public int Count { get; private set; }

    /// <summary>Events that were ever added.</summary>
    public ulong Total { get; private set; }

    /// <summary>By age: 0 is the newest. The same object as long as it is among those that were looked at lately.</summary>
    public StoredEvent this[int age]
    {
        get
        {
            var slot = (_next - 1 - age + (2 * Capacity)) % Capacity;
            ref var opened = ref _opened[slot % Opened];
            if (opened.Event is null || opened.Slot != slot)
            {
                var (octets, open) = _held[slot];
                opened = (slot, open(octets));
            }

            return opened.Event;
        }
    }

    /// <param name="octets">A <see cref="StoredEvent"/> of the contract.</param>
    /// <param name="open">Makes an object of it, as often as it is looked at.</param>
    public void Add(ByteString octets, Func<ByteString, StoredEvent> open)
    {
        _held[_next] = (octets, open);
        _opened[_next % Opened] = default;
        _next = (_next + 1) % Capacity;
        Count = Math.Min(Count + 1, Capacity);
        Total++;
    }

    /// <summary>An event that is an object already.</summary>
    public void Add(StoredEvent stored) => Add(stored.ToByteString(), StoredEvent.Parser.ParseFrom);

    public void Clear()
    {
        Array.Clear(_held);
        Array.Clear(_opened);
        (_next, Count, Total) = (0, 0, 0);
    }
}

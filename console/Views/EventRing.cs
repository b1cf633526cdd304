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

    private readonly byte[]?[] _octets = new byte[]?[Capacity];
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
                opened = (slot, StoredEvent.Parser.ParseFrom(_octets[slot]));
            }

            return opened.Event;
        }
    }

    public void Add(StoredEvent stored)
    {
        _octets[_next] = stored.ToByteArray();
        _opened[_next % Opened] = (_next, stored);
        _next = (_next + 1) % Capacity;
        Count = Math.Min(Count + 1, Capacity);
        Total++;
    }

    public void Clear()
    {
        Array.Clear(_octets);
        Array.Clear(_opened);
        (_next, Count, Total) = (0, 0, 0);
    }
}

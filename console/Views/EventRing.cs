using SensorNet.V1;

namespace SensorNet.Console.Views;

/// <summary>The newest events of the live tail, at most <see cref="Capacity"/>; the oldest fall out. Owned by the UI thread.</summary>
internal sealed class EventRing
{
    public const int Capacity = 10_000;

    private readonly StoredEvent[] _events = new StoredEvent[Capacity];
    private int _next;

    public int Count { get; private set; }

    /// <summary>Events that were ever added.</summary>
    public ulong Total { get; private set; }

    /// <summary>Of the newest event; 0: none yet.</summary>
    public ulong LastPosition { get; private set; }

    /// <summary>By age: 0 is the newest.</summary>
    public StoredEvent this[int age] => _events[(_next - 1 - age + (2 * Capacity)) % Capacity];

    public void Add(StoredEvent stored)
    {
        _events[_next] = stored;
        _next = (_next + 1) % Capacity;
        Count = Math.Min(Count + 1, Capacity);
        Total++;
        LastPosition = stored.Position;
    }

    public void Clear()
    {
        Array.Clear(_events);
        (_next, Count, Total) = (0, 0, 0);
    }
}

namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// Structs in chunks, with a list from the longest idle to the freshest: adding, removing, touching and finding the
/// oldest are O(1), nothing is allocated once a chunk exists, and the number of entries never passes the capacity.
/// </summary>
internal sealed class LruSlab<T>
    where T : struct
{
    private const int ChunkBits = 10;
    private const int ChunkMask = (1 << ChunkBits) - 1;
    private readonly Slot[]?[] _chunks;
    private int _free = -1;
    private int _used;
    private int _oldest = -1;
    private int _newest = -1;

    public LruSlab(int capacity)
    {
        Capacity = capacity;
        _chunks = new Slot[]?[(capacity >> ChunkBits) + 1];
    }

    public int Capacity { get; }

    public int Count { get; private set; }

    public bool IsFull => Count == Capacity;

    /// <summary>The entry that was touched longest ago, or -1.</summary>
    public int Oldest => _oldest;

    public ref T this[int entry] => ref _chunks[entry >> ChunkBits]![entry & ChunkMask].Value;

    /// <summary>Changes with every use of the place, so that an old reference to it is recognised.</summary>
    public uint Generation(int entry) => At(entry).Generation;

    public bool IsLive(int entry, uint generation) => entry >= 0 && entry < _used && At(entry).Generation == generation;

    /// <summary>A cleared entry, the freshest of all. The slab must not be full.</summary>
    public int Add()
    {
        int entry;
        if (_free >= 0)
        {
            entry = _free;
            _free = At(entry).Older;
        }
        else
        {
            entry = _used++;
            _chunks[entry >> ChunkBits] ??= new Slot[ChunkMask + 1];
        }

        ref var slot = ref At(entry);
        slot.Value = default;
        slot.Generation++;
        Append(entry, ref slot);
        Count++;
        return entry;
    }

    public void Remove(int entry)
    {
        ref var slot = ref At(entry);
        Unlink(ref slot);
        slot.Generation++;
        slot.Older = _free;
        _free = entry;
        Count--;
    }

    /// <summary>Makes an entry the freshest.</summary>
    public void Touch(int entry)
    {
        if (entry == _newest)
        {
            return;
        }

        ref var slot = ref At(entry);
        Unlink(ref slot);
        Append(entry, ref slot);
    }

    /// <summary>The entry that was touched next after this one, or -1.</summary>
    public int Newer(int entry) => At(entry).Newer;

    private ref Slot At(int entry) => ref _chunks[entry >> ChunkBits]![entry & ChunkMask];

    private void Append(int entry, ref Slot slot)
    {
        slot.Older = _newest;
        slot.Newer = -1;
        if (_newest >= 0)
        {
            At(_newest).Newer = entry;
        }
        else
        {
            _oldest = entry;
        }

        _newest = entry;
    }

    private void Unlink(ref Slot slot)
    {
        if (slot.Older >= 0)
        {
            At(slot.Older).Newer = slot.Newer;
        }
        else
        {
            _oldest = slot.Newer;
        }

        if (slot.Newer >= 0)
        {
            At(slot.Newer).Older = slot.Older;
        }
        else
        {
            _newest = slot.Older;
        }
    }

    private struct Slot
    {
        public T Value;
        public int Older;
        public int Newer;
        public uint Generation;
    }
}

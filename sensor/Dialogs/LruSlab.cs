namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// Structs in chunks, with a list from the longest idle to the freshest: adding, removing, touching and finding the
/// oldest are O(1), nothing is allocated once a chunk exists, and the number of entries never passes the capacity. The
/// list stands beside the structs, 12 octets an entry, so that moving an entry in it touches none of its neighbours' structs.
/// </summary>
internal sealed class LruSlab<T>
    where T : struct
{
    private const int ChunkBits = 10;
    private const int ChunkMask = (1 << ChunkBits) - 1;
    private readonly T[]?[] _values;
    private readonly Link[]?[] _links;
    private int _free = -1;
    private int _used;
    private int _oldest = -1;
    private int _newest = -1;

    public LruSlab(int capacity)
    {
        Capacity = capacity;
        _values = new T[]?[(capacity >> ChunkBits) + 1];
        _links = new Link[]?[(capacity >> ChunkBits) + 1];
    }

    public int Capacity { get; }

    public int Count { get; private set; }

    public bool IsFull => Count == Capacity;

    /// <summary>The entry that was touched longest ago, or -1.</summary>
    public int Oldest => _oldest;

    public ref T this[int entry] => ref _values[entry >> ChunkBits]![entry & ChunkMask];

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
            this[entry] = default;
        }
        else
        {
            entry = _used++;
            _values[entry >> ChunkBits] ??= new T[ChunkMask + 1];
            _links[entry >> ChunkBits] ??= new Link[ChunkMask + 1];
        }

        ref var link = ref At(entry);
        link.Generation++;
        Append(entry, ref link);
        Count++;
        return entry;
    }

    public void Remove(int entry)
    {
        ref var link = ref At(entry);
        Unlink(ref link);
        link.Generation++;
        link.Older = _free;
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

        ref var link = ref At(entry);
        Unlink(ref link);
        Append(entry, ref link);
    }

    /// <summary>The entry that was touched next after this one, or -1.</summary>
    public int Newer(int entry) => At(entry).Newer;

    private ref Link At(int entry) => ref _links[entry >> ChunkBits]![entry & ChunkMask];

    private void Append(int entry, ref Link link)
    {
        link.Older = _newest;
        link.Newer = -1;
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

    private void Unlink(ref Link link)
    {
        if (link.Older >= 0)
        {
            At(link.Older).Newer = link.Newer;
        }
        else
        {
            _oldest = link.Newer;
        }

        if (link.Newer >= 0)
        {
            At(link.Newer).Older = link.Older;
        }
        else
        {
            _newest = link.Older;
        }
    }

    private struct Link
    {
        public int Older;
        public int Newer;
        public uint Generation;
    }
}

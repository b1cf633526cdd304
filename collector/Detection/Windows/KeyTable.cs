namespace SensorNet.Collector.Detection.Windows;

/// <summary>
/// State by key hash, bounded: at the cap the key that was quiet longest makes room (counted), and keys whose time is
/// over are dropped as new ones come. All steps are O(1). Not thread-safe.
/// </summary>
/// <typeparam name="TState">A struct; it lives inside the table's slots, which are allocated in chunks and never move.</typeparam>
internal sealed class KeyTable<TState>(int capacity)
    where TState : struct
{
    private const int ChunkBits = 10;
    private readonly List<Slot[]> _chunks = [];

    /// <summary>Open addressing over slots: slot number plus one, 0 where free; at most half full. Keys are hashes already.</summary>
    private int[] _index = new int[64];
    private int _count;
    private int _used;
    private int _free = -1;
    private int _newest = -1;
    private int _oldest = -1;

    public int Count => _count;

    /// <summary>Tells of a key that it is not to make room for others; null: none is.</summary>
    public Func<UInt128, bool>? Pinned { get; set; }

    /// <summary>Keys that were forgotten although their window was not over.</summary>
    public long Evictions { get; private set; }

    /// <summary>The key's state, new when it has none; the key counts as just seen.</summary>
    /// <param name="key">Its hash.</param>
    /// <param name="time">The event's time; a key's time is the newest of its events.</param>
    /// <param name="expired">Keys whose time is before this may be dropped.</param>
    /// <param name="added">Whether the state is new.</param>
    public ref TState GetOrAdd(UInt128 key, long time, long expired, out bool added)
    {
        var place = PlaceOf(key);
        added = _index[place] == 0;
        if (!added)
        {
            var known = _index[place] - 1;
            ref var slot = ref At(known);
            slot.Time = Math.Max(slot.Time, time);
            if (known != _newest)
            {
                Unlink(known);
                LinkNewest(known);
            }

            return ref slot.State;
        }

        var taken = Take();
        At(taken) = new Slot { Key = key, Time = time, Previous = -1, Next = -1 };
        _index[place] = taken + 1;
        _count++;
        LinkNewest(taken);
        Trim(expired, taken);
        if (_count * 2 > _index.Length)
        {
            Grow();
        }

        return ref At(taken).State;
    }

    /// <summary>The key's state, or a null reference; does not count as seeing it.</summary>
    public ref TState Find(UInt128 key)
    {
        var number = _index[PlaceOf(key)];
        if (number != 0)
        {
            return ref At(number - 1).State;
        }

        return ref System.Runtime.CompilerServices.Unsafe.NullRef<TState>();
    }

    public void Remove(UInt128 key)
    {
        var place = PlaceOf(key);
        var number = _index[place];
        if (number != 0)
        {
            Vacate(place);
            Release(number - 1);
        }
    }

    /// <summary>Where the key is in the index, or the free place where it belongs.</summary>
    private int PlaceOf(UInt128 key)
    {
        var mask = _index.Length - 1;
        var place = (int)(ulong)key & mask;
        while (_index[place] != 0 && At(_index[place] - 1).Key != key)
        {
            place = (place + 1) & mask;
        }

        return place;
    }

    /// <summary>Frees a place; those behind it move up, so that no search stops short.</summary>
    private void Vacate(int place)
    {
        var mask = _index.Length - 1;
        _count--;
        for (var next = (place + 1) & mask; _index[next] != 0; next = (next + 1) & mask)
        {
            var home = (int)(ulong)At(_index[next] - 1).Key & mask;
            if (((next - home) & mask) >= ((next - place) & mask))
            {
                _index[place] = _index[next];
                place = next;
            }
        }

        _index[place] = 0;
    }

    private void Grow()
    {
        var old = _index;
        _index = new int[old.Length * 2];
        foreach (var number in old)
        {
            if (number != 0)
            {
                _index[PlaceOf(At(number - 1).Key)] = number;
            }
        }
    }

    private ref Slot At(int index) => ref _chunks[index >> ChunkBits][index & ((1 << ChunkBits) - 1)];

    private int Take()
    {
        if (_free >= 0)
        {
            var index = _free;
            _free = At(index).Next;
            return index;
        }

        if (_used >> ChunkBits == _chunks.Count)
        {
            _chunks.Add(new Slot[1 << ChunkBits]);
        }

        return _used++;
    }

    /// <summary>Drops up to two keys that are over, so that a steady stream of new keys keeps the table at its live size.</summary>
    private void Trim(long expired, int keep)
    {
        for (var i = 0; i < 2 && _oldest >= 0 && _oldest != keep; i++)
        {
            ref var slot = ref At(_oldest);
            var over = slot.Time < expired;
            if (!over && _count <= capacity)
            {
                return;
            }

            var index = _oldest;
            if (!over && Pinned is not null && Pinned(slot.Key))
            {
                Unlink(index);
                LinkNewest(index);
                continue;
            }

            Evictions += over ? 0 : 1;
            Vacate(PlaceOf(slot.Key));
            Release(index);
        }
    }

    private void Release(int index)
    {
        Unlink(index);
        ref var slot = ref At(index);
        slot = default;
        slot.Next = _free;
        _free = index;
    }

    private void LinkNewest(int index)
    {
        ref var slot = ref At(index);
        slot.Previous = _newest;
        slot.Next = -1;
        if (_newest >= 0)
        {
            At(_newest).Next = index;
        }

        _newest = index;
        if (_oldest < 0)
        {
            _oldest = index;
        }
    }

    private void Unlink(int index)
    {
        ref var slot = ref At(index);
        if (slot.Previous >= 0)
        {
            At(slot.Previous).Next = slot.Next;
        }
        else
        {
            _oldest = slot.Next;
        }

        if (slot.Next >= 0)
        {
            At(slot.Next).Previous = slot.Previous;
        }
        else
        {
            _newest = slot.Previous;
        }
    }

    private struct Slot
    {
        public UInt128 Key;
        public long Time;
        public int Previous;
        public int Next;
        public TState State;
    }
}

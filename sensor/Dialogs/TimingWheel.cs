using System.Numerics;

namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// Timers on packet time: a hierarchical wheel of six levels of 64 slots with a tick of 2^27 ns (134 ms), so that
/// setting and cancelling are O(1) and any jump of the clock costs only what is due. A timer never fires early and
/// fires up to one tick late; timers fire in the order of their ticks.
/// </summary>
internal sealed class TimingWheel
{
    private const int TickBits = 27;
    private const int SlotBits = 6;
    private const int Levels = 6;
    private const int ChunkBits = 10;
    private readonly int[] _heads = new int[Levels << SlotBits];
    private readonly ulong[] _occupied = new ulong[Levels];
    private Timer[][] _chunks = [];
    private int _free = -1;
    private int _used;
    private long _tick;

    // Head of the list that is being fired, -1 outside of it.
    private int _detached = -1;

    public TimingWheel(long start)
    {
        Array.Fill(_heads, -1);
        _tick = start >> TickBits;
    }

    public int Count { get; private set; }

    /// <summary>The wheel's own time, nanoseconds: while timers fire, that of the tick they fire in.</summary>
    public long Time => _tick << TickBits;

    /// <summary>Sets a timer for a time in nanoseconds.</summary>
    /// <param name="due">When it is to fire; a time in the past fires at the next advance.</param>
    /// <param name="kind">Handed to the target.</param>
    /// <param name="owner">Handed to the target.</param>
    /// <returns>Its number, 0 or more, until it fires or is cancelled.</returns>
    public int Set(long due, byte kind, int owner)
    {
        int number;
        if (_free >= 0)
        {
            number = _free;
            _free = At(number).Next;
        }
        else
        {
            if (_used == _chunks.Length << ChunkBits)
            {
                Array.Resize(ref _chunks, _chunks.Length + 1);
                _chunks[^1] = new Timer[1 << ChunkBits];
            }

            number = _used++;
        }

        ref var timer = ref At(number);
        timer.Tick = Math.Max((due + (1L << TickBits) - 1) >> TickBits, _tick + 1);
        timer.Owner = owner;
        timer.Kind = kind;
        Insert(number, ref timer);
        Count++;
        return number;
    }

    public void Cancel(int number)
    {
        ref var timer = ref At(number);
        Unlink(ref timer);
        Release(number, ref timer);
    }

    /// <summary>Fires every timer that is due at this time (nanoseconds).</summary>
    public void Advance(long now, ITimerTarget target)
    {
        var nowTick = now >> TickBits;
        if (nowTick <= _tick)
        {
            // Whatever was due in this tick has fired, and what was set since is due in a later one.
            return;
        }

        while (NextSlot(out var slot, out var tick) && tick <= nowTick)
        {
            _tick = tick;
            var number = _heads[slot];
            _heads[slot] = -1;
            _occupied[slot >> SlotBits] &= ~(1UL << (slot & 63));

            // The slot's list is detached: a target may set new timers while it is walked, and may cancel those still in it.
            _detached = number;
            while (_detached >= 0)
            {
                number = _detached;
                ref var timer = ref At(number);
                _detached = timer.Next;
                if (_detached >= 0)
                {
                    At(_detached).Previous = -1;
                }

                if (timer.Tick <= _tick)
                {
                    var kind = timer.Kind;
                    var owner = timer.Owner;
                    Release(number, ref timer);
                    target.OnTimer(kind, owner);
                }
                else
                {
                    Insert(number, ref timer);
                }
            }
        }

        _tick = nowTick;
    }

    private ref Timer At(int number) => ref _chunks[number >> ChunkBits][number & ((1 << ChunkBits) - 1)];

    private bool NextSlot(out int slot, out long tick)
    {
        for (var level = 0; level < Levels; level++)
        {
            var occupied = _occupied[level];
            if (occupied == 0)
            {
                continue;
            }

            var shift = level * SlotBits;
            var current = (int)(_tick >> shift) & 63;
            var ahead = BitOperations.TrailingZeroCount(BitOperations.RotateRight(occupied, current));
            var index = (current + ahead) & 63;
            slot = (level << SlotBits) | index;
            var round = (_tick >> (shift + SlotBits)) << (shift + SlotBits);
            tick = round + ((long)index << shift);
            return true;
        }

        slot = 0;
        tick = 0;
        return false;
    }

    private void Insert(int number, ref Timer timer)
    {
        // The level is that of the highest group of bits in which the timer's tick differs from the current one.
        var differ = (ulong)(timer.Tick ^ _tick);
        var level = differ == 0 ? 0 : Math.Min(Levels - 1, BitOperations.Log2(differ) / SlotBits);
        var slot = (level << SlotBits) | ((int)(timer.Tick >> (level * SlotBits)) & 63);
        timer.Slot = (short)slot;
        timer.Previous = -1;
        timer.Next = _heads[slot];
        if (timer.Next >= 0)
        {
            At(timer.Next).Previous = number;
        }

        _heads[slot] = number;
        _occupied[level] |= 1UL << (slot & 63);
    }

    private void Unlink(ref Timer timer)
    {
        if (timer.Next >= 0)
        {
            At(timer.Next).Previous = timer.Previous;
        }

        if (timer.Previous >= 0)
        {
            At(timer.Previous).Next = timer.Next;
            return;
        }

        if (_detached >= 0 && IsDetachedHead(ref timer))
        {
            _detached = timer.Next;
            return;
        }

        _heads[timer.Slot] = timer.Next;
        if (timer.Next < 0)
        {
            _occupied[timer.Slot >> SlotBits] &= ~(1UL << (timer.Slot & 63));
        }
    }

    private bool IsDetachedHead(ref Timer timer) => System.Runtime.CompilerServices.Unsafe.AreSame(ref timer, ref At(_detached));

    private void Release(int number, ref Timer timer)
    {
        timer.Next = _free;
        _free = number;
        Count--;
    }

    private struct Timer
    {
        public long Tick;
        public int Next;
        public int Previous;
        public int Owner;
        public short Slot;
        public byte Kind;
    }
}

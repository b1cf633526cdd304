namespace SensorNet.Sensor.Decode;

/// <summary>
/// Puts IP fragments together, in whatever order they come. Bounded by datagrams and by octets, the oldest making room;
/// datagrams time out on packet time. Overlaps: in IPv4 the octets that came first win, in IPv6 the datagram is dropped
/// (RFC 5722 section 3); both are counted. Nothing is allocated once the pools are warm.
/// </summary>
internal sealed class FragmentTable
{
    private const int MaxPayload = 65535;

    private readonly Dictionary<FragmentKey, FragmentedDatagram> _byKey = new(new FragmentKeyComparer());
    private readonly LinkedList<FragmentedDatagram> _byAge = new();
    private readonly Stack<FragmentedDatagram> _free = new();
    private readonly BufferPool _pool;
    private readonly DecodeCounters _counters;
    private readonly int _maxDatagrams;
    private readonly long _maxBytes;
    private readonly long _timeout;
    private long _bytes;

    public FragmentTable(DecodeOptions options, DecodeCounters counters, BufferPool pool)
    {
        _pool = pool;
        _counters = counters;
        _maxDatagrams = options.MaxFragmentedDatagrams;
        _maxBytes = options.MaxFragmentBytes;
        _timeout = (long)options.FragmentTimeout.TotalNanoseconds;
    }

    /// <summary>Adds one fragment.</summary>
    /// <param name="key">The datagram it belongs to.</param>
    /// <param name="time">Packet time in nanoseconds.</param>
    /// <param name="offset">Where its payload starts, in octets.</param>
    /// <param name="more">Whether fragments follow it.</param>
    /// <param name="payload">What it carries.</param>
    /// <param name="whole">The datagram, when this was its last missing piece; the caller releases it.</param>
    /// <returns><see cref="DecodeStatus.Delivered"/> with a whole datagram, else why not.</returns>
    public DecodeStatus Add(
        in FragmentKey key, long time, int offset, bool more, ReadOnlySpan<byte> payload, out FragmentedDatagram? whole)
    {
        whole = null;
        Expire(time);
        var end = offset + payload.Length;
        if (payload.IsEmpty || end > MaxPayload || (more && payload.Length % 8 != 0))
        {
            return DecodeStatus.MalformedIp;
        }

        if (!_byKey.TryGetValue(key, out var datagram))
        {
            datagram = Open(key, time);
        }

        if (datagram.Poisoned || !Agrees(datagram, end, more) || !Insert(datagram, offset, payload))
        {
            Report();
            return DecodeStatus.ReassemblyRefused;
        }

        if (!more)
        {
            datagram.Total = end;
        }

        if (!datagram.IsWhole)
        {
            EvictBeyondBounds(datagram);
            Report();
            return DecodeStatus.FragmentHeld;
        }

        _counters.FragmentsReassembled++;
        Unlink(datagram);
        Report();
        whole = datagram;
        return DecodeStatus.Delivered;
    }

    /// <summary>Gives back a datagram that <see cref="Add"/> returned whole.</summary>
    public void Release(FragmentedDatagram datagram)
    {
        _bytes -= datagram.Buffer.Length;
        if (datagram.Buffer.Length > 0)
        {
            _pool.Return(datagram.Buffer);
            datagram.Buffer = [];
        }

        datagram.Ranges.Clear();
        _free.Push(datagram);
        Report();
    }

    /// <summary>Drops what has waited too long.</summary>
    public void Expire(long time)
    {
        while (_byAge.First is { } oldest && time - oldest.Value.Since > _timeout)
        {
            if (!oldest.Value.Poisoned)
            {
                _counters.FragmentTimeouts++;
            }

            Drop(oldest.Value);
        }
    }

    private FragmentedDatagram Open(in FragmentKey key, long time)
    {
        if (_byKey.Count >= _maxDatagrams)
        {
            _counters.FragmentEvictions++;
            Drop(_byAge.First!.Value);
        }

        if (!_free.TryPop(out var datagram))
        {
            datagram = new FragmentedDatagram();
        }

        datagram.Key = key;
        datagram.Since = time;
        datagram.Total = -1;
        datagram.Poisoned = false;
        _byKey.Add(key, datagram);
        _byAge.AddLast(datagram.Node);
        return datagram;
    }

    private static bool Agrees(FragmentedDatagram datagram, int end, bool more)
    {
        if (datagram.Total >= 0)
        {
            return more ? end <= datagram.Total : end == datagram.Total;
        }

        return more || datagram.Ranges.Count == 0 || datagram.Ranges[^1].End <= end;
    }

    private bool Insert(FragmentedDatagram datagram, int start, ReadOnlySpan<byte> payload)
    {
        var end = start + payload.Length;
        var ranges = datagram.Ranges;

        // The first range that ends at or after our start, and the first that begins after our end.
        var first = 0;
        while (first < ranges.Count && ranges[first].End < start)
        {
            first++;
        }

        var last = first;
        var overlaps = false;
        while (last < ranges.Count && ranges[last].Start <= end)
        {
            overlaps |= ranges[last].Start < end && ranges[last].End > start;
            last++;
        }

        if (overlaps)
        {
            if (last - first == 1 && ranges[first].Start <= start && ranges[first].End >= end
                && datagram.Buffer.AsSpan(start, payload.Length).SequenceEqual(payload))
            {
                return true; // a fragment that was sent twice
            }

            _counters.FragmentOverlaps++;
            if (!datagram.Key.Source.IsIPv4)
            {
                Poison(datagram);
                return false;
            }
        }

        if (first == last && ranges.Count == FragmentedDatagram.MaxRanges)
        {
            return false;
        }

        Grow(datagram, end);
        var position = start;
        for (var i = first; i < last; i++)
        {
            CopyUpTo(ranges[i].Start, payload);
            position = Math.Max(position, ranges[i].End);
        }

        CopyUpTo(end, payload);

        var merged = (Start: start, End: end);
        if (first < last)
        {
            merged = (Math.Min(start, ranges[first].Start), Math.Max(end, ranges[last - 1].End));
            ranges.RemoveRange(first, last - first);
        }

        ranges.Insert(first, merged);
        return true;

        void CopyUpTo(int limit, ReadOnlySpan<byte> from)
        {
            if (limit > position)
            {
                from[(position - start)..(limit - start)].CopyTo(datagram.Buffer.AsSpan(position));
            }
        }
    }

    private void Grow(FragmentedDatagram datagram, int needed)
    {
        if (needed <= datagram.Buffer.Length)
        {
            return;
        }

        var bigger = _pool.Rent(Math.Max(needed, 4096));
        var old = datagram.Buffer;
        _bytes += bigger.Length - old.Length;
        old.CopyTo(bigger, 0);
        datagram.Buffer = bigger;
        if (old.Length > 0)
        {
            _pool.Return(old);
        }
    }

    private void EvictBeyondBounds(FragmentedDatagram keep)
    {
        while (_bytes > _maxBytes && _byAge.First is { } oldest && oldest.Value != keep)
        {
            _counters.FragmentEvictions++;
            Drop(oldest.Value);
        }
    }

    // Stays in the table until it times out, so that the fragments that still come are refused too.
    private void Poison(FragmentedDatagram datagram)
    {
        datagram.Poisoned = true;
        datagram.Ranges.Clear();
        _bytes -= datagram.Buffer.Length;
        if (datagram.Buffer.Length > 0)
        {
            _pool.Return(datagram.Buffer);
            datagram.Buffer = [];
        }
    }

    private void Drop(FragmentedDatagram datagram)
    {
        Unlink(datagram);
        Release(datagram);
    }

    private void Unlink(FragmentedDatagram datagram)
    {
        _byKey.Remove(datagram.Key);
        _byAge.Remove(datagram.Node);
    }

    private void Report()
    {
        _counters.FragmentsOpen = _byKey.Count;
        _counters.FragmentBytes = _bytes;
    }
}

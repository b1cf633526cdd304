namespace SensorNet.Collector.Detection.Windows;

/// <summary>
/// Entries in order of event time, in an array that grows to a given bound. A struct: an empty one costs a reference.
/// </summary>
internal struct EntryList
{
    private WindowEntry[]? _entries;
    private ushort _count;

    public readonly int Count => _count;

    public readonly Span<WindowEntry> Span => _entries.AsSpan(0, _count);

    /// <summary>Where the entry belongs by its time, after those of equal time.</summary>
    /// <param name="time">Its time.</param>
    /// <param name="mark">Its mark.</param>
    /// <param name="duplicate">An entry of equal time and mark exists already.</param>
    public readonly int Place(long time, ulong mark, out bool duplicate)
    {
        duplicate = false;
        var index = (int)_count;
        while (index > 0 && _entries![index - 1].Time > time)
        {
            index--;
        }

        for (var i = index - 1; i >= 0 && _entries![i].Time == time; i--)
        {
            if (_entries[i].Mark == mark)
            {
                duplicate = true;
                return i;
            }
        }

        return index;
    }

    public void Insert(int index, in WindowEntry entry)
    {
        if (_entries is null)
        {
            _entries = new WindowEntry[1];
        }
        else if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, _count < 2 ? 2 : _count + (_count / 2));
        }

        if (index < _count)
        {
            Array.Copy(_entries, index, _entries, index + 1, _count - index);
        }

        _entries[index] = entry;
        _count++;
    }

    public void RemoveAt(int index)
    {
        _count--;
        Array.Copy(_entries!, index + 1, _entries!, index, _count - index);
    }

    /// <summary>Removes the entries that are marked.</summary>
    public void Remove(ReadOnlySpan<bool> marked)
    {
        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            if (!marked[i])
            {
                _entries![kept++] = _entries[i];
            }
        }

        _count = (ushort)kept;
    }

    public void Clear()
    {
        _entries = null;
        _count = 0;
    }
}

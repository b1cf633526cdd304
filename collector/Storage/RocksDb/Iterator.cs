using System.Runtime.InteropServices;

namespace SensorNet.Collector.Storage.RocksDb;

/// <summary>
/// A cursor over one column family. It ends silently at a damaged block: call <see cref="ThrowIfError"/> after every
/// loop. Not thread-safe. Spans returned by <see cref="Key"/> and <see cref="Value"/> live until the next move.
/// </summary>
internal sealed unsafe class Iterator : ChildHandle
{
    private readonly Snapshot? snapshot;
    private readonly nint options;

    // RocksDB keeps pointers to the bounds for as long as the iterator lives.
    private readonly void* bounds;

    /// <param name="db">The database.</param>
    /// <param name="family">What to walk.</param>
    /// <param name="lower">First key that may be returned; empty for none.</param>
    /// <param name="upper">First key that may not be returned; empty for none.</param>
    /// <param name="snapshot">The state to see; null for the state of now. Kept alive by the iterator.</param>
    /// <param name="fillCache">Whether blocks read stay in the cache; false for long scans.</param>
    internal Iterator(DatabaseHandle db, ColumnFamily family, ReadOnlySpan<byte> lower, ReadOnlySpan<byte> upper, Snapshot? snapshot, bool fillCache)
        : base(db)
    {
        options = Native.rocksdb_readoptions_create();
        Native.rocksdb_readoptions_set_fill_cache(options, fillCache ? (byte)1 : (byte)0);
        bounds = NativeMemory.Alloc((nuint)Math.Max(1, lower.Length + upper.Length));
        lower.CopyTo(new Span<byte>(bounds, lower.Length));
        upper.CopyTo(new Span<byte>((byte*)bounds + lower.Length, upper.Length));
        if (!lower.IsEmpty)
        {
            Native.rocksdb_readoptions_set_iterate_lower_bound(options, (byte*)bounds, (nuint)lower.Length);
        }

        if (!upper.IsEmpty)
        {
            Native.rocksdb_readoptions_set_iterate_upper_bound(options, (byte*)bounds + lower.Length, (nuint)upper.Length);
        }

        if (snapshot is not null)
        {
            var added = false;
            snapshot.DangerousAddRef(ref added);
            this.snapshot = snapshot;
            Native.rocksdb_readoptions_set_snapshot(options, snapshot.Pointer);
        }

        SetHandle(Native.rocksdb_create_iterator_cf(db.Pointer, options, family.Pointer));
    }

    public bool Valid
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return Native.rocksdb_iter_valid(handle) != 0;
        }
    }

    public ReadOnlySpan<byte> Key
    {
        get
        {
            var key = Native.rocksdb_iter_key(handle, out var length);
            return new ReadOnlySpan<byte>(key, (int)length);
        }
    }

    public ReadOnlySpan<byte> Value
    {
        get
        {
            var value = Native.rocksdb_iter_value(handle, out var length);
            return new ReadOnlySpan<byte>(value, (int)length);
        }
    }

    public void SeekToFirst() => Native.rocksdb_iter_seek_to_first(handle);

    public void SeekToLast() => Native.rocksdb_iter_seek_to_last(handle);

    /// <summary>To the first key not below <paramref name="key"/>.</summary>
    public void Seek(ReadOnlySpan<byte> key)
    {
        fixed (byte* k = key)
        {
            Native.rocksdb_iter_seek(handle, k, (nuint)key.Length);
        }
    }

    /// <summary>To the last key not above <paramref name="key"/>.</summary>
    public void SeekForPrev(ReadOnlySpan<byte> key)
    {
        fixed (byte* k = key)
        {
            Native.rocksdb_iter_seek_for_prev(handle, k, (nuint)key.Length);
        }
    }

    public void Next() => Native.rocksdb_iter_next(handle);

    public void Prev() => Native.rocksdb_iter_prev(handle);

    /// <summary>Throws if the iterator stopped because of damage rather than at its end.</summary>
    /// <exception cref="RocksDbException">What it met.</exception>
    public void ThrowIfError()
    {
        Native.rocksdb_iter_get_error(handle, out var error);
        RocksDbException.ThrowIf(error);
    }

    protected override void Destroy()
    {
        Native.rocksdb_iter_destroy(handle);
        Native.rocksdb_readoptions_destroy(options);
        NativeMemory.Free(bounds);
        snapshot?.DangerousRelease();
    }
}

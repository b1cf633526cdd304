using Microsoft.Win32.SafeHandles;

namespace SensorNet.Collector.Storage.RocksDb;

/// <summary>Changes that are applied together or not at all. Not thread-safe. Reusable after <see cref="Clear"/>.</summary>
internal sealed unsafe class WriteBatch : SafeHandleZeroOrMinusOneIsInvalid
{
    public WriteBatch()
        : base(ownsHandle: true) => SetHandle(Native.rocksdb_writebatch_create());

    public nint Pointer => handle;

    /// <summary>How many changes it holds.</summary>
    public int Count => Native.rocksdb_writebatch_count(handle);

    /// <summary>Bytes that the changes take in the log.</summary>
    public long Size
    {
        get
        {
            Native.rocksdb_writebatch_data(handle, out var size);
            return (long)size;
        }
    }

    public void Put(ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* k = key)
        fixed (byte* v = value)
        {
            Native.rocksdb_writebatch_put_cf(handle, family.Pointer, k, (nuint)key.Length, v, (nuint)value.Length);
        }
    }

    public void Delete(ColumnFamily family, ReadOnlySpan<byte> key)
    {
        fixed (byte* k = key)
        {
            Native.rocksdb_writebatch_delete_cf(handle, family.Pointer, k, (nuint)key.Length);
        }
    }

    /// <summary>Removes the keys from <paramref name="start"/> (inclusive) to <paramref name="end"/> (exclusive).</summary>
    public void DeleteRange(ColumnFamily family, ReadOnlySpan<byte> start, ReadOnlySpan<byte> end)
    {
        fixed (byte* s = start)
        fixed (byte* e = end)
        {
            Native.rocksdb_writebatch_delete_range_cf(handle, family.Pointer, s, (nuint)start.Length, e, (nuint)end.Length);
        }
    }

    /// <summary>Marks a state that <see cref="RollbackToSavePoint"/> returns to. Save points nest.</summary>
    public void SetSavePoint() => Native.rocksdb_writebatch_set_save_point(handle);

    /// <summary>Takes back what was added since the last save point, and forgets that save point.</summary>
    public void RollbackToSavePoint()
    {
        Native.rocksdb_writebatch_rollback_to_save_point(handle, out var error);
        RocksDbException.ThrowIf(error);
    }

    /// <summary>Forgets the last save point, keeping what was added since.</summary>
    public void PopSavePoint()
    {
        Native.rocksdb_writebatch_pop_save_point(handle, out var error);
        RocksDbException.ThrowIf(error);
    }

    public void Clear() => Native.rocksdb_writebatch_clear(handle);

    protected override bool ReleaseHandle()
    {
        Native.rocksdb_writebatch_destroy(handle);
        return true;
    }
}

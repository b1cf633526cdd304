using Microsoft.Win32.SafeHandles;

namespace SensorNet.Collector.Storage.RocksDb;

/// <summary>Memory for uncompressed table blocks, shared by all families of a database.</summary>
internal sealed class BlockCache : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <param name="bytes">Most bytes that it may hold.</param>
    public BlockCache(long bytes)
        : base(ownsHandle: true) => SetHandle(Native.rocksdb_cache_create_lru((nuint)bytes));

    public nint Pointer => handle;

    public long Usage => (long)Native.rocksdb_cache_get_usage(handle);

    protected override bool ReleaseHandle()
    {
        // RocksDB counts references itself: tables still open keep the memory.
        Native.rocksdb_cache_destroy(handle);
        return true;
    }
}

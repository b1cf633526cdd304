using Microsoft.Win32.SafeHandles;

namespace SensorNet.Collector.Storage.RocksDb;

/// <summary>
/// The open database with its families and options. Everything made from it (iterators, snapshots) is a
/// <see cref="ChildHandle"/> and holds a reference, and so does every call under way: the database closes only after
/// the last of them, in whatever order they are disposed. RocksDB aborts the process when closed under a living iterator.
/// </summary>
internal sealed class DatabaseHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly ColumnFamily[] families;

    public DatabaseHandle(nint db, ColumnFamily[] families)
        : base(ownsHandle: true)
    {
        this.families = families;
        SyncedWrite = Native.rocksdb_writeoptions_create();
        Native.rocksdb_writeoptions_set_sync(SyncedWrite, 1);
        PlainWrite = Native.rocksdb_writeoptions_create();
        DefaultRead = Native.rocksdb_readoptions_create();
        SetHandle(db);
    }

    /// <summary>The pointer, for a call made while the caller holds a reference.</summary>
    public nint Pointer => handle;

    public nint SyncedWrite { get; }

    public nint PlainWrite { get; }

    public nint DefaultRead { get; }

    protected override bool ReleaseHandle()
    {
        foreach (var family in families)
        {
            Native.rocksdb_column_family_handle_destroy(family.Pointer);
        }

        Native.rocksdb_close(handle);
        Native.rocksdb_writeoptions_destroy(SyncedWrite);
        Native.rocksdb_writeoptions_destroy(PlainWrite);
        Native.rocksdb_readoptions_destroy(DefaultRead);
        return true;
    }
}

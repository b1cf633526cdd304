namespace SensorNet.Collector.Storage.RocksDb;

/// <summary>The state of the whole database at one moment. Cheap; holds back the removal of overwritten data while it lives.</summary>
internal sealed class Snapshot : ChildHandle
{
    internal Snapshot(DatabaseHandle db)
        : base(db) => SetHandle(Native.rocksdb_create_snapshot(db.Pointer));

    protected override void Destroy() => Native.rocksdb_release_snapshot(Parent, handle);
}

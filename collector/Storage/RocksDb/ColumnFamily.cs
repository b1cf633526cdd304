namespace SensorNet.Collector.Storage.RocksDb;

/// <summary>A column family of an open database; lives exactly as long as the database's handle.</summary>
internal sealed class ColumnFamily
{
    internal ColumnFamily(nint pointer, string name)
    {
        Pointer = pointer;
        Name = name;
    }

    public string Name { get; }

    internal nint Pointer { get; }
}

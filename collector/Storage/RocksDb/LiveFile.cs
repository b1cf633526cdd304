namespace SensorNet.Collector.Storage.RocksDb;

/// <summary>A table file in use.</summary>
/// <param name="Name">File name with a leading slash, below the database's directory.</param>
/// <param name="Family">The column family it belongs to.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Smallest">First key in it.</param>
/// <param name="Largest">Last key in it.</param>
internal sealed record LiveFile(string Name, string Family, long Size, byte[] Smallest, byte[] Largest);

namespace SensorNet.Collector.Storage.RocksDb;

/// <summary>How one column family is kept.</summary>
/// <param name="Name">Its name; "default" must be among a database's families.</param>
/// <param name="Options">RocksDB's option string, e.g. <c>write_buffer_size=8M;compression=kLZ4Compression</c>.</param>
/// <param name="BlockSize">Bytes of a table block before compression.</param>
/// <param name="BloomBitsPerKey">0 for no filter.</param>
internal readonly record struct ColumnFamilyOptions(string Name, string Options, int BlockSize, int BloomBitsPerKey);

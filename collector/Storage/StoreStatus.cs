namespace SensorNet.Collector.Storage;

/// <summary>How the store is.</summary>
/// <param name="Events">Readable events.</param>
/// <param name="Segments">Segments that they lie in.</param>
/// <param name="Bytes">What the whole store takes on the disk.</param>
/// <param name="EventBytes">What the events' blocks take.</param>
/// <param name="FreeBytes">Free space of its file system.</param>
/// <param name="TotalBytes">Size of its file system.</param>
/// <param name="OldestEvent">Earliest event time, ns since 1970; 0 when empty.</param>
/// <param name="NewestEvent">Latest event time, ns since 1970; 0 when empty.</param>
/// <param name="Damage">What was found to be unreadable since it was opened.</param>
internal sealed record StoreStatus(long Events, int Segments, long Bytes, long EventBytes, long FreeBytes, long TotalBytes, long OldestEvent, long NewestEvent, IReadOnlyList<DamagedBlock> Damage);

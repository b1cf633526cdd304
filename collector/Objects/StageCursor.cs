using System.Buffers.Binary;
using System.Text;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;

namespace SensorNet.Collector.Objects;

/// <summary>
/// How far a stage that holds changes back has stored them. It is written with those changes, so that after a crash the
/// stage sees again exactly the events behind it. Commit thread only.
/// </summary>
internal sealed class StageCursor
{
    /// <summary>Changes are held back for this long while events keep coming, in nanoseconds.</summary>
    private const long HoldFor = 5_000_000_000;

    /// <summary>And this long once none came.</summary>
    private const long HoldIdle = 500_000_000;

    private const int MostHeldBack = 50_000;

    private readonly byte[] key;
    private long lastFlush;
    private ulong lastPosition;

    public StageCursor(IStoreReader store, string stage)
    {
        key = Encoding.UTF8.GetBytes("cursor/" + stage);
        Position = store.Get(Table.Meta, key) is { Length: 8 } value ? BinaryPrimitives.ReadUInt64LittleEndian(value) : 0;
    }

    /// <summary>The last event that was applied.</summary>
    public ulong Position { get; set; }

    /// <summary>Whether it is time to store what was held back.</summary>
    public bool IsDue(long now, int heldBack)
    {
        var idle = Position == lastPosition;
        lastPosition = Position;
        return heldBack > 0 && (now - lastFlush >= (idle ? HoldIdle : HoldFor) || now < lastFlush || heldBack > MostHeldBack);
    }

    /// <summary>Everything up to <see cref="Position"/> is in this batch or before.</summary>
    public void Store(ICommit commit)
    {
        lastFlush = commit.IngestTime;
        var value = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(value, Position);
        commit.Put(Table.Meta, key, value);
    }
}

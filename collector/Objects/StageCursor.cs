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

    private const int MostRows = 50_000;

    /// <summary>So many events are seen again within half a second after a crash.</summary>
    private const int MostEvents = 250_000;

    private readonly byte[] key;
    private long lastFlush;
    private int events;
    private int eventsBefore;

    public StageCursor(IStoreReader store, string stage)
    {
        key = Encoding.UTF8.GetBytes("cursor/" + stage);
        Position = store.Get(Table.Meta, key) is { Length: 8 } value ? BinaryPrimitives.ReadUInt64LittleEndian(value) : 0;
    }

    /// <summary>The last event that was applied.</summary>
    public ulong Position { get; private set; }

    /// <summary>An event is being applied.</summary>
    public void Advance(ulong position)
    {
        Position = position;
        events++;
    }

    /// <summary>Whether it is time to store what was held back.</summary>
    /// <param name="now">The batch's time.</param>
    /// <param name="rows">How many rows would be written.</param>
    public bool IsDue(long now, int rows)
    {
        var idle = events == eventsBefore;
        eventsBefore = events;
        return rows > 0 && (now - lastFlush >= (idle ? HoldIdle : HoldFor) || now < lastFlush || rows > MostRows || events > MostEvents);
    }

    /// <summary>Everything up to <see cref="Position"/> is in this batch or before.</summary>
    public void Store(ICommit commit) => Store(commit, Position);

    /// <summary>Everything up to a position is in this batch or before.</summary>
    public void Store(ICommit commit, ulong position)
    {
        Position = position;
        lastFlush = commit.IngestTime;
        events = eventsBefore = 0;
        var value = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(value, Position);
        commit.Put(Table.Meta, key, value);
    }
}

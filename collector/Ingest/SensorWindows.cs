using System.Buffers.Binary;
using System.Text;
using SensorNet.Collector.Storage;

namespace SensorNet.Collector.Ingest;

/// <summary>
/// The dedupe windows of all sensors, kept in memory and stored in Meta with the batch that changes them.
/// Commit thread only.
/// </summary>
/// <remarks>Key: "window/", sensor id in UTF-8, 0, epoch u64 big-endian. Value: last use (ns since 1970) i64 little-endian, then the window.</remarks>
internal sealed class SensorWindows
{
    private static readonly byte[] Prefix = "window/"u8.ToArray();

    private readonly Dictionary<string, Dictionary<ulong, Entry>> sensors = [];
    private readonly HashSet<Entry> changed = [];
    private readonly int epochsPerSensor;

    public SensorWindows(IStoreReader store, int epochsPerSensor)
    {
        this.epochsPerSensor = epochsPerSensor;
        foreach (var (key, value) in store.Scan(Table.Meta, Prefix))
        {
            var name = key.AsSpan(Prefix.Length, key.Length - Prefix.Length - 9);
            var epoch = BinaryPrimitives.ReadUInt64BigEndian(key.AsSpan(key.Length - 8));
            var entry = new Entry(key, DedupeWindow.Decode(value.AsSpan(8))) { LastUse = BinaryPrimitives.ReadInt64LittleEndian(value) };
            EpochsOf(Encoding.UTF8.GetString(name))[epoch] = entry;
        }
    }

    /// <summary>The window, to be changed; it is stored with this batch.</summary>
    public DedupeWindow Use(string sensorId, ulong epoch, long now, ICommit commit)
    {
        var epochs = EpochsOf(sensorId);
        if (!epochs.TryGetValue(epoch, out var entry))
        {
            if (epochs.Count >= epochsPerSensor)
            {
                var (oldest, forgotten) = epochs.MinBy(e => e.Value.LastUse);
                epochs.Remove(oldest);
                changed.Remove(forgotten);
                commit.Delete(Table.Meta, forgotten.Key);
            }

            entry = new Entry(KeyOf(sensorId, epoch), new DedupeWindow());
            epochs[epoch] = entry;
        }

        entry.LastUse = now;
        changed.Add(entry);
        return entry.Window;
    }

    /// <summary>Puts what changed into the batch.</summary>
    public void Store(ICommit commit)
    {
        foreach (var entry in changed)
        {
            var window = entry.Window.Encode();
            var value = new byte[8 + window.Length];
            BinaryPrimitives.WriteInt64LittleEndian(value, entry.LastUse);
            window.CopyTo(value, 8);
            commit.Put(Table.Meta, entry.Key, value);
        }

        changed.Clear();
    }

    private static byte[] KeyOf(string sensorId, ulong epoch)
    {
        var name = Encoding.UTF8.GetBytes(sensorId);
        var key = new byte[Prefix.Length + name.Length + 9];
        Prefix.CopyTo(key, 0);
        name.CopyTo(key, Prefix.Length);
        BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(key.Length - 8), epoch);
        return key;
    }

    private Dictionary<ulong, Entry> EpochsOf(string sensorId)
    {
        if (!sensors.TryGetValue(sensorId, out var epochs))
        {
            sensors[sensorId] = epochs = [];
        }

        return epochs;
    }

    private sealed class Entry(byte[] key, DedupeWindow window)
    {
        public byte[] Key { get; } = key;

        public DedupeWindow Window { get; } = window;

        public long LastUse { get; set; }
    }
}

using System.Text;
using Google.Protobuf;
using SensorNet.Collector.Detection.Windows;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;

namespace SensorNet.Collector.Detection.Producers;

/// <summary>
/// Profiles of entities: a bounded cache in memory over rows of <see cref="Table.Detection"/> with the prefix
/// <c>baseline/</c>. Commit thread only.
/// </summary>
internal sealed class BaselineBook(IStoreReader store, KeyHasher hasher)
{
    private const string Prefix = "baseline/";
    private const int Cached = 200_000;
    private readonly KeyTable<Slot> _profiles = new(Cached);
    private readonly HashSet<AorProfile> _changed = [];

    /// <summary>The entity's profile; null when nothing is known of it.</summary>
    public AorProfile? Find(ReadOnlySpan<char> id, long time)
    {
        ref var slot = ref _profiles.GetOrAdd(hasher.Hash(System.Runtime.InteropServices.MemoryMarshal.AsBytes(id)), time, long.MinValue, out var added);
        if (added && store.Get(Table.Detection, Key(id.ToString())) is { } row)
        {
            slot.Profile = AorProfile.Parse(row);
        }

        return slot.Profile;
    }

    /// <summary>The entity's profile, a new one when nothing is known of it.</summary>
    public AorProfile FindOrAdd(ReadOnlySpan<char> id, long time)
    {
        var profile = Find(id, time);
        if (profile is null)
        {
            profile = new AorProfile(id.ToString(), time);
            _profiles.Find(hasher.Hash(System.Runtime.InteropServices.MemoryMarshal.AsBytes(id))).Profile = profile;
            _changed.Add(profile);
        }

        return profile;
    }

    public void Changed(AorProfile profile) => _changed.Add(profile);

    public void Write(ICommit commit)
    {
        foreach (var profile in _changed)
        {
            commit.Put(Table.Detection, Key(profile.Row.Id), profile.Row.ToByteArray());
        }

        _changed.Clear();
    }

    private static byte[] Key(string id) => Encoding.UTF8.GetBytes(Prefix + id);

    private struct Slot
    {
        public AorProfile? Profile;
    }
}

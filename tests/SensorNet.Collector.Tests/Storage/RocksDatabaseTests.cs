using SensorNet.Collector.Storage.RocksDb;

namespace SensorNet.Collector.Tests.Storage;

public sealed class RocksDatabaseTests : IDisposable
{
    private readonly TemporaryStore directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Objects_may_be_disposed_in_any_order()
    {
        var orders = Permutations([0, 1, 2]);
        foreach (var order in orders)
        {
            var db = Open();
            Put(db, "a", "1");
            var snapshot = db.CreateSnapshot();
            var iterator = db.NewIterator(db.Families[0], [], [], snapshot);
            iterator.SeekToFirst();
            IDisposable[] all = [db, snapshot, iterator];
            foreach (var i in order)
            {
                all[i].Dispose();
            }
        }

        Open().Dispose();
    }

    [Fact]
    public void An_iterator_outlives_its_database_and_reads_on()
    {
        var db = Open();
        Put(db, "a", "1");
        Put(db, "b", "2");
        var iterator = db.NewIterator(db.Families[0], [], []);
        db.Dispose();
        iterator.SeekToFirst();
        Assert.True(iterator.Valid);
        iterator.Next();
        Assert.Equal("2"u8.ToArray(), iterator.Value.ToArray());
        iterator.ThrowIfError();
        iterator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => db.Get(db.Families[0], "a"u8));
        Assert.Throws<ObjectDisposedException>(() => db.CreateSnapshot());
    }

    [Fact]
    public void Bounds_are_kept_by_the_iterator_itself()
    {
        using var db = Open();
        foreach (var key in new[] { "a", "b", "c", "d" })
        {
            Put(db, key, key);
        }

        using var iterator = Bounded(db);
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        var seen = new List<byte>();
        for (iterator.SeekToFirst(); iterator.Valid; iterator.Next())
        {
            seen.Add(iterator.Key[0]);
        }

        iterator.ThrowIfError();
        Assert.Equal("bc"u8.ToArray(), seen);
        iterator.SeekToLast();
        Assert.Equal((byte)'c', iterator.Key[0]);
    }

    [Fact]
    public void A_snapshot_does_not_see_later_writes()
    {
        using var db = Open();
        Put(db, "a", "1");
        using var snapshot = db.CreateSnapshot();
        Put(db, "a", "2");
        using var iterator = db.NewIterator(db.Families[0], [], [], snapshot);
        iterator.SeekToFirst();
        Assert.Equal("1"u8.ToArray(), iterator.Value.ToArray());
        Assert.Equal("2"u8.ToArray(), db.Get(db.Families[0], "a"u8));
        Assert.Null(db.Get(db.Families[0], "b"u8));
    }

    [Fact]
    public void A_save_point_takes_back_what_came_after_it()
    {
        using var db = Open();
        using var batch = new WriteBatch();
        batch.Put(db.Families[0], "a"u8, "1"u8);
        batch.SetSavePoint();
        batch.Put(db.Families[0], "b"u8, "1"u8);
        batch.RollbackToSavePoint();
        Assert.Equal(1, batch.Count);
        db.Write(batch, sync: true);
        Assert.Null(db.Get(db.Families[0], "b"u8));
        batch.Clear();
        batch.DeleteRange(db.Families[0], "a"u8, "z"u8);
        db.Write(batch, sync: true);
        Assert.Null(db.Get(db.Families[0], "a"u8));
    }

    [Fact]
    public void Wrong_options_are_an_exception_with_RocksDBs_own_words() =>
        Assert.Contains("no_such_option", Assert.Throws<RocksDbException>(() => RocksDatabase.Open(directory.Path, "no_such_option=1", [new("default", "", 4096, 0)], 1 << 20)).Message, StringComparison.Ordinal);

    [Fact]
    public void Live_files_tell_their_first_and_last_key()
    {
        using var db = Open();
        Put(db, "a", "1");
        Put(db, "m", "1");
        db.Flush(db.Families[0]);
        var file = Assert.Single(db.GetLiveFiles());
        Assert.Equal(("default", "a", "m"), (file.Family, System.Text.Encoding.ASCII.GetString(file.Smallest), System.Text.Encoding.ASCII.GetString(file.Largest)));
    }

    private static Iterator Bounded(RocksDatabase db)
    {
        var lower = "b"u8.ToArray();
        var upper = "d"u8.ToArray();
        return db.NewIterator(db.Families[0], lower, upper);
    }

    private static void Put(RocksDatabase db, string key, string value)
    {
        using var batch = new WriteBatch();
        batch.Put(db.Families[0], System.Text.Encoding.ASCII.GetBytes(key), System.Text.Encoding.ASCII.GetBytes(value));
        db.Write(batch, sync: false);
    }

    private static IEnumerable<int[]> Permutations(int[] items) =>
        items.Length == 1 ? [items] : items.SelectMany(i => Permutations([.. items.Where(o => o != i)]).Select(p => (int[])[i, .. p]));

    private RocksDatabase Open() => RocksDatabase.Open(directory.Path, "max_background_jobs=2", [new("default", "", 4096, 10)], 1 << 20);
}

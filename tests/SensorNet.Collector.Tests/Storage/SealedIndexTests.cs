using FsCheck;
using FsCheck.Fluent;
using SensorNet.Collector.Storage;
using SensorNet.Collector.Storage.RocksDb;

namespace SensorNet.Collector.Tests.Storage;

public sealed class SealedIndexTests : IDisposable
{
    private readonly TemporaryStore directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Finds_what_the_open_index_found_for_every_range_of_terms()
    {
        using var store = directory.Open();
        using var db = RocksDatabase.Open(directory.Path + "/other", "", [new("default", "", 4096, 0)], 1 << 20);
        uint number = 0;
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var segment = new Segment(++number, 64);
            var index = new OpenIndex();
            var terms = new List<ulong>();
            for (var i = 0; i < 2000; i++)
            {
                // Few small terms that repeat, and many large ones over several rows.
                var term = random.Next(3) == 0 ? (ulong)random.Next(20) : (ulong)random.NextInt64(0, (long)IndexTerms.MaxTerm);
                terms.Add(term);
                index.Add(IndexField.User, term, (ushort)random.Next(64));
            }

            segment.Publish(64 * StoreKeys.BlockEvents);
            using (var batch = new WriteBatch())
            {
                SealedIndex.Write(batch, db.Families[0], segment, index);
                db.Write(batch, sync: false);
            }

            for (var i = 0; i < 50; i++)
            {
                var low = random.Next(2) == 0 ? terms[random.Next(terms.Count)] : (ulong)random.NextInt64(0, (long)IndexTerms.MaxTerm);
                var high = random.Next(2) == 0 ? low : Math.Max(low, terms[random.Next(terms.Count)]);
                var expected = new BlockSet();
                index.Find(IndexField.User, low, high, expected);
                var found = new BlockSet();
                SealedIndex.Find(db, db.Families[0], number, (byte)IndexField.User, low, high, found.Add);
                Assert.Equal(Enumerable.Range(0, 64).Where(expected.Contains), Enumerable.Range(0, 64).Where(found.Contains));
            }
        }).QuickCheckThrowOnFailure();
    }
}

using SensorNet.Sensor.Spool;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Spool;

/// <summary>A private spool directory and what tests do with it.</summary>
internal sealed class SpoolFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sn-spool-").FullName;

    public SpoolOptions Options => new() { Directory = Path, SegmentBytes = 4 << 10, SyncInterval = TimeSpan.Zero, KeepAcknowledgedBytes = 0 };

    /// <summary>Segment files, oldest first.</summary>
    public IReadOnlyList<string> Segments => [.. Directory.GetFiles(Path, "*.seg").Order(StringComparer.Ordinal)];

    public EventSpool Open(SpoolOptions? options = null, ISpoolMarks? marks = null, TimeProvider? time = null) =>
        EventSpool.Open(options ?? Options, time ?? TimeProvider.System, marks);

    public static void Append(EventSpool spool, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            Assert.True(spool.TryAppend(NewEvent(i), Array.Empty<byte>()));
            if (i % 10 == 9)
            {
                spool.Flush();
            }
        }

        spool.Flush();
    }

    public static Event NewEvent(int number) => new() { Type = EventType.AuthFailure, User = $"u{number}", Message = new string('x', number % 97) };

    /// <summary>Everything from a sequence on, with its users; asserts that sequences have no gap within a batch.</summary>
    public static List<(ulong Seq, string User)> Read(EventSpool spool, ulong from = 1)
    {
        using var reader = new SpoolReader(spool);
        reader.Seek(from);
        var batch = new SpoolBatch();
        var all = new List<(ulong, string)>();
        while (reader.Read(batch, 7, 1000))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                var e = Event.Parser.ParseFrom(batch[i]);
                Assert.Equal(batch.FirstSeq + (ulong)i, e.Seq);
                all.Add((e.Seq, e.User));
            }

            batch.Clear();
        }

        return all;
    }

    public static IEnumerable<(ulong Seq, string User)> Numbered(int from, int count) =>
        Enumerable.Range(from, count).Select(i => ((ulong)i + 1, $"u{i}"));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

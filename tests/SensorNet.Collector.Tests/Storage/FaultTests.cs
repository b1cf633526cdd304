using System.Diagnostics;
using SensorNet.Collector.Objects;
using SensorNet.Collector.Storage;
using SensorNet.Collector.Storage.RocksDb;
using SensorNet.Collector.Tests.Ingest;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Storage;

/// <summary>What the store is after power cuts, damaged files and full disks: all acknowledged events, or exactly which are missing.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly TemporaryStore directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Killed_again_and_again_under_load_it_loses_no_acknowledged_event_and_doubles_none()
    {
        var random = new Random(7);
        ulong acked = 0;
        for (var round = 0; round < 8; round++)
        {
            using var host = new HostProcess(directory.Path, batchSize: 40, until: 0);
            await host.WaitForAcks(1 + random.Next(250));
            host.Kill();
            acked = Math.Max(acked, host.Acked);
        }

        using var store = directory.Open(segmentEvents: 4096);
        var objects = ObjectStages.Create(store);
        var sequences = store.ReadAfter(0).Select(e => e.Event.Seq).ToList();
        Assert.True((ulong)sequences.Count >= acked, $"{acked} acknowledged, {sequences.Count} stored");
        Assert.Equal(Enumerable.Range(1, sequences.Count).Select(n => (ulong)n), sequences);
        var report = new StoreVerifier(store).Run(null, CancellationToken.None);
        Assert.True(report.IsSound, string.Join('\n', report.Problems));

        // The counters follow the events through every kill.
        await using var running = new RunningLoop(store, [.. objects.Stages]);
        var statistics = objects.StatisticsReader.Get(new GetStatisticsRequest { Time = new TimeRange { From = Events.Day, To = Events.Day + (400 * 86_400 * Events.Second) } }, TimeProvider.System);
        Assert.Equal((ulong)sequences.Count, statistics.Total);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_damaged_log_cuts_off_the_newest_events_whole_and_a_resend_fills_them_in(bool flipABit)
    {
        await KillAfter(2000);
        var log = Directory.GetFiles(directory.Path, "*.log").OrderByDescending(f => new FileInfo(f).Length).First();
        Damage(log, flipABit);

        await using var running = new RunningLoop(directory.Open(segmentEvents: 4096));
        var window = await running.Loop.GetWindowAsync("s1", 1, 0, CancellationToken.None);
        Assert.InRange(window.Acked, 1UL, 1999UL);
        Assert.Equal(Enumerable.Range(1, (int)window.Acked).Select(n => (ulong)n), running.Store.ReadAfter(0).Select(e => e.Event.Seq));

        await running.Submit(Events.Batch(1, 2000));
        Assert.Equal(Enumerable.Range(1, 2000).Select(n => (ulong)n), running.Store.ReadAfter(0).Select(e => e.Event.Seq));
    }

    [Fact]
    public async Task A_damaged_table_is_read_around_and_its_events_are_named()
    {
        await FillAndClose(20_000);
        var table = Tables().OrderByDescending(f => new FileInfo(f).Length).First();
        Damage(table, flipABit: true);

        using var store = directory.Open(segmentEvents: 4096);
        var positions = store.ReadAfter(0).Select(e => e.Position).ToHashSet();
        Assert.NotEmpty(store.Damage);
        Assert.InRange(positions.Count, 10_000, 19_999);
        var missing = Enumerable.Range(0, 20_000).Select(n => StoreKeys.Position((uint)(n / 4096) + 1, n % 4096)).Where(p => !positions.Contains(p)).ToList();
        Assert.All(missing, p => Assert.Contains(store.Damage, d => p >= d.FirstPosition && p <= d.LastPosition));
        Assert.Equal(missing.Count, store.Damage.Sum(d => (int)(d.LastPosition - d.FirstPosition) + 1));
        Assert.False(new StoreVerifier(store).Run(null, CancellationToken.None).IsSound);
    }

    [Fact]
    public async Task New_events_are_stored_beside_a_damaged_table()
    {
        await FillAndClose(3000);
        Damage(Tables().OrderByDescending(f => new FileInfo(f).Length).First(), flipABit: true);
        await using var running = new RunningLoop(directory.Open(segmentEvents: 4096));
        _ = running.Store.ReadAfter(0).Count();
        Assert.NotEmpty(running.Store.Damage);
        await running.Submit(Events.Batch(3001, 100));
        Assert.Equal(100, running.Store.ReadBefore(ulong.MaxValue).Count(e => e.Event.Seq > 3000));

        // People hear of it in the events themselves.
        var told = running.Store.ReadBefore(ulong.MaxValue).Select(e => e.Event).First(e => e.Reason == "store_damage");
        Assert.Equal((EventType.SensorHealth, Severity.Critical), (told.Type, told.Severity));
    }

    [Fact]
    public async Task Without_its_manifest_or_CURRENT_it_refuses_to_open_and_removes_nothing()
    {
        await FillAndClose(100);
        var manifest = Directory.GetFiles(directory.Path, "MANIFEST-*").Single();
        File.Move(manifest, manifest + ".gone");
        Assert.Contains("MANIFEST", Assert.Throws<StoreFormatException>(() => directory.Open()).Message, StringComparison.Ordinal);
        File.Move(manifest + ".gone", manifest);
        File.Move(Path.Combine(directory.Path, "CURRENT"), Path.Combine(directory.Path, "CURRENT.gone"));
        Assert.Contains("CURRENT", Assert.Throws<StoreFormatException>(() => directory.Open()).Message, StringComparison.Ordinal);
        File.Move(Path.Combine(directory.Path, "CURRENT.gone"), Path.Combine(directory.Path, "CURRENT"));
        using var store = directory.Open();
        Assert.Equal(100, store.EventCount);
    }

    [Fact]
    public async Task A_store_of_a_newer_format_is_refused()
    {
        await FillAndClose(1);
        using (var running = directory.Open())
        {
            using var batch = new WriteBatch();
            batch.Put(running.Family(Table.Meta), StoreKeys.Row("format"u8), [99, 0, 0, 0]);
            running.Write(batch);
        }

        Assert.Contains("format 99", Assert.Throws<StoreFormatException>(() => directory.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_another_process_has_open_is_refused_by_its_path()
    {
        using var host = new HostProcess(directory.Path, batchSize: 10, until: 10);
        await host.WaitUntilDone();
        var refused = Assert.Throws<StoreLockedException>(() => directory.Open());
        Assert.Equal(directory.Path, refused.StorePath);
        Assert.Contains(directory.Path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_this_process_has_open_is_refused_too()
    {
        using var store = directory.Open();
        Assert.Throws<StoreLockedException>(() => directory.Open());
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_full_disk_refuses_events_keeps_answering_and_resumes_when_there_is_room()
    {
        Assert.SkipUnless(TryMount(directory.Path, "64m"), "mounting a tmpfs needs root");
        try
        {
            var ballast = Path.Combine(directory.Path, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[30 << 20]);
            var store = TemporaryStore.Open(new StoreOptions { Directory = Path.Combine(directory.Path, "store"), MinFreeBytes = 0 });
            await using var running = new RunningLoop(store);
            ulong next = 1, acked = 0;
            Event Bulky(int number)
            {
                // Random text, because what compresses does not fill a disk.
                var e = Events.AuthFailed(number);
                e.Raw = Google.Protobuf.ByteString.CopyFrom(RandomBytes(number, 4000));
                return e;
            }

            StoreUnavailableException? refused = null;
            Task<SensorNet.Collector.Ingest.SubmitResult>? stuck = null;
            for (var i = 0; i < 1000 && refused is null; i++)
            {
                try
                {
                    stuck = running.Submit(Events.Batch(next, 50, Bulky)).AsTask();
                    acked = (await stuck.WaitAsync(TimeSpan.FromSeconds(5))).Acked;
                    next += 50;
                }
                catch (TimeoutException)
                {
                    refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => running.Submit(Events.Batch(next + 50, 1)).AsTask());
                }
                catch (StoreUnavailableException e)
                {
                    refused = e;
                }
            }

            Assert.NotNull(refused);
            Assert.Equal((int)acked, store.ReadAfter(0).Count());
            File.Delete(ballast);

            // What was under way is stored by itself; what was refused is sent again.
            Assert.NotNull(stuck);
            acked = (await stuck.WaitAsync(TimeSpan.FromSeconds(60))).Acked;
            var result = await running.Submit(Events.Batch(acked + 1, 50, Bulky));
            Assert.Equal(acked + 50, result.Acked);
            Assert.Equal(Enumerable.Range(1, (int)acked + 50).Select(n => (ulong)n), store.ReadAfter(0).Select(e => e.Event.Seq));
        }
        finally
        {
            Run("umount", "-l", directory.Path);
        }
    }

    private static byte[] RandomBytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static bool TryMount(string path, string size) =>
        Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", path) == 0;

    private static int Run(string program, params string[] args)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }

    private static void Damage(string file, bool flipABit)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        var middle = stream.Length / 2;
        if (!flipABit)
        {
            stream.SetLength(middle);
            return;
        }

        stream.Position = middle;
        var octet = stream.ReadByte();
        stream.Position = middle;
        stream.WriteByte((byte)(octet ^ 0x10));
    }

    private string[] Tables() => Directory.GetFiles(directory.Path, "*.sst");

    private async Task KillAfter(int events)
    {
        using var host = new HostProcess(directory.Path, batchSize: 20, until: events);
        await host.WaitUntilDone();
        host.Kill();
    }

    private async Task FillAndClose(int events)
    {
        await using (var running = new RunningLoop(directory.Open(segmentEvents: 4096)))
        {
            for (var at = 1; at <= events; at += 1000)
            {
                await running.Submit(Events.Batch((ulong)at, Math.Min(1000, events - at + 1)));
            }

            await running.Store.DrainAsync();
        }
    }
}

using System.Diagnostics;
using SensorNet.Sensor.Tests.Uplink;

namespace SensorNet.Sensor.Tests.Spool;

/// <summary>A spool on a file system of 256 KiB, which needs the right to mount.</summary>
public sealed class DiskFullTests : IDisposable
{
    private readonly string _disk = Directory.CreateTempSubdirectory("sn-disk-").FullName;
    private readonly bool _mounted;

    public DiskFullTests()
    {
        _mounted = Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", _disk) == 0;
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task While_the_spool_disk_is_full_events_go_on_from_memory_and_none_is_lost_or_doubled()
    {
        Assert.SkipUnless(_mounted, "mounting a small file system is not allowed here");
        using var fixture = new UplinkFixture();
        var collector = await fixture.StartCollectorAsync();
        var port = collector.Port;
        await collector.DisposeAsync();
        var options = fixture.Options($"spool:\n  directory: {_disk}/spool\n  segment_bytes: 64KiB\n  keep_acknowledged_bytes: 64KiB", $"127.0.0.1:{port}");
        await using var delivery = fixture.Open(options);

        UplinkFixture.Emit(delivery, 0, 10_000);
        await UplinkFixture.EventuallyAsync(() => delivery.Spool.Last == 10_000, "10000 numbered");
        var full = delivery.Spool.GetStatistics();
        Assert.NotNull(full.DiskError);
        Assert.True(full.MemoryBytes > 100_000);
        await UplinkFixture.EventuallyAsync(() => fixture.LogText.ToString().Contains("spool_failing", StringComparison.Ordinal), "told of");

        await using var again = await fixture.StartCollectorAsync(port);
        await UplinkFixture.EventuallyAsync(() => delivery.Spool.Acknowledged == 10_000, "10000 acknowledged", 60);
        UplinkFixture.Emit(delivery, 10_000, 1000);
        await UplinkFixture.EventuallyAsync(() => delivery.Spool.Acknowledged == 11_000, "11000 acknowledged", 60);
        await UplinkFixture.EventuallyAsync(() => delivery.Spool.GetStatistics() is { DiskError: null, MemoryBytes: 0 }, "on disk again");
        Assert.Equal(UplinkFixture.UserNames(0, 11_000), fixture.Store.Users);
        Assert.Equal(0ul, delivery.Events.Dropped);
        Assert.Equal(0ul, delivery.Spool.GetStatistics().DroppedEvents);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task When_disk_and_memory_are_full_every_lost_event_is_counted_and_told()
    {
        Assert.SkipUnless(_mounted, "mounting a small file system is not allowed here");
        using var fixture = new UplinkFixture();
        var collector = await fixture.StartCollectorAsync();
        var port = collector.Port;
        await collector.DisposeAsync();
        var options = fixture.Options($"spool:\n  directory: {_disk}/spool\n  segment_bytes: 64KiB\n  keep_acknowledged_bytes: 64KiB\n  memory_bytes: 2MiB\nqueue:\n  events: 1000", $"127.0.0.1:{port}");
        await using var delivery = fixture.Open(options);
        UplinkFixture.Emit(delivery, 0, 80_000);
        var dropped = delivery.Events.Dropped;
        Assert.True(dropped > 1000, $"{dropped} dropped");

        await using var again = await fixture.StartCollectorAsync(port);
        await UplinkFixture.EventuallyAsync(() => fixture.Store.All.Any(e => e.Type == V1.EventType.SensorGap), "the gap is told", 60);
        await UplinkFixture.EventuallyAsync(() => delivery.Spool.Acknowledged == delivery.Spool.Last, "all acknowledged", 60);
        var arrived = fixture.Store.All.Where(e => e.Type == V1.EventType.AuthFailure).ToList();
        Assert.Equal(80_000ul, (ulong)arrived.Count + delivery.Events.Dropped);
        var told = fixture.Store.All.Where(e => e.Type == V1.EventType.SensorGap).Sum(e => long.Parse(e.Attributes["dropped"], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal((long)delivery.Events.Dropped, told);
    }

    public void Dispose()
    {
        if (_mounted)
        {
            Run("umount", "-l", _disk);
        }

        Directory.Delete(_disk, recursive: true);
    }

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}

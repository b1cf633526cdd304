using Grpc.Core;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Uplink;

public sealed class CollectorUplinkTests
{
    [Fact]
    public async Task Events_reach_the_collector_in_order_and_are_acknowledged()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        await using var delivery = fixture.Open(collector.Address);

        UplinkFixture.Emit(delivery, 0, 5000);
        await UplinkFixture.EventuallyAsync(() => delivery.Spool.Acknowledged == 5000, "5000 acknowledged");

        Assert.Equal(UplinkFixture.UserNames(0, 5000), fixture.Store.Users);
        Assert.Equal(0, fixture.Store.Duplicates);
        Assert.InRange(fixture.Store.LargestBatch, 2, 100);
        var first = fixture.Store.All[0];
        Assert.Equal("host-1", first.Host);
        Assert.Equal(Severity.Warning, first.Severity);
        Assert.NotEqual(0, first.SensorTime);
    }

    [Fact]
    public async Task A_lone_event_does_not_wait_for_company()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        await using var delivery = fixture.Open(collector.Address);
        await UplinkFixture.EventuallyAsync(() => delivery.Uplink.IsConnected, "connected");
        var times = new List<double>();
        for (var i = 0; i < 50; i++)
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            var seq = (ulong)i + 1;
            delivery.Events.Emit(UplinkFixture.NewEvent($"u{i}"));
            while (delivery.Spool.Acknowledged < seq)
            {
                await delivery.Spool.Changed.Next.WaitAsync(TimeSpan.FromMilliseconds(5)).ContinueWith(static _ => { }, TaskScheduler.Default);
            }

            times.Add(System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        times.Sort();
        Assert.True(times[25] < 20, $"half of the lone events took {times[25]:0.0} ms or more");
    }

    [Fact]
    public async Task A_collector_that_goes_away_and_comes_back_loses_and_doubles_nothing()
    {
        using var fixture = new UplinkFixture();
        var collector = await fixture.StartCollectorAsync();
        var port = collector.Port;
        await using var delivery = fixture.Open(collector.Address);
        UplinkFixture.Emit(delivery, 0, 1000);
        await UplinkFixture.EventuallyAsync(() => fixture.Store.Count > 200, "some events there");

        await collector.DisposeAsync();
        UplinkFixture.Emit(delivery, 1000, 1000);
        await using var again = await fixture.StartCollectorAsync(port);
        await UplinkFixture.EventuallyAsync(() => delivery.Spool.Acknowledged == 2000, "2000 acknowledged", 30);

        Assert.Equal(UplinkFixture.UserNames(0, 2000), fixture.Store.Users);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task A_stream_cut_before_its_acknowledgement_is_resumed_after_what_was_durable(int batches)
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        collector.Ingest.CutAfterBatches = batches;
        await using var delivery = fixture.Open(collector.Address);

        UplinkFixture.Emit(delivery, 0, 3000);
        await UplinkFixture.EventuallyAsync(() => delivery.Spool.Acknowledged == 3000, "3000 acknowledged");

        Assert.Equal(UplinkFixture.UserNames(0, 3000), fixture.Store.Users);
        Assert.Equal(0, fixture.Store.Duplicates);
        Assert.Equal(2, collector.Ingest.Hellos.Count);
    }

    [Fact]
    public async Task What_was_not_delivered_before_a_restart_goes_out_after_it()
    {
        using var fixture = new UplinkFixture();
        await using (var offline = fixture.Open("127.0.0.1:1"))
        {
            UplinkFixture.Emit(offline, 0, 700);
        }

        await using var collector = await fixture.StartCollectorAsync();
        await using var delivery = fixture.Open(collector.Address);
        UplinkFixture.Emit(delivery, 700, 10);
        await UplinkFixture.EventuallyAsync(() => fixture.Store.Count == 710, "710 stored");

        Assert.Equal(UplinkFixture.UserNames(0, 710), fixture.Store.Users);
    }

    [Fact]
    public async Task A_collector_that_lost_events_gets_them_again_from_the_acknowledged_tail()
    {
        using var fixture = new UplinkFixture();
        await using (var collector = await fixture.StartCollectorAsync())
        {
            await using var delivery = fixture.Open(collector.Address);
            UplinkFixture.Emit(delivery, 0, 1000);
            await UplinkFixture.EventuallyAsync(() => delivery.Spool.Acknowledged == 1000, "1000 acknowledged");
        }

        fixture.Store.Forget(seq => seq is > 300 and <= 350 or > 900);
        await using var again = await fixture.StartCollectorAsync();
        await using var after = fixture.Open(again.Address);
        await UplinkFixture.EventuallyAsync(() => fixture.Store.Count == 1000, "1000 stored again");

        Assert.Equal(UplinkFixture.UserNames(0, 1000), fixture.Store.Users);
        Assert.Equal(0, fixture.Store.Duplicates);
    }

    [Fact]
    public async Task The_next_collector_of_the_list_takes_over()
    {
        using var fixture = new UplinkFixture();
        await using var second = await fixture.StartCollectorAsync();
        await using var delivery = fixture.Open("127.0.0.1:1", second.Address);
        UplinkFixture.Emit(delivery, 0, 100);
        await UplinkFixture.EventuallyAsync(() => fixture.Store.Count == 100, "100 stored");
    }

    [Fact]
    public async Task Event_types_that_the_collector_switches_off_are_counted_and_not_sent_also_after_a_restart()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        collector.Ingest.Controls.Enqueue(new Control { ControlId = 7, SetEventTypes = new SetEventTypes { Disabled = { "auth.failure", "no.such.type" } } });
        await using (var delivery = fixture.Open(collector.Address))
        {
            await UplinkFixture.EventuallyAsync(() => !collector.Ingest.ControlResults.IsEmpty, "answered");
            Assert.True(collector.Ingest.ControlResults.TryDequeue(out var result));
            Assert.Equal(7ul, result.ControlId);
            Assert.False(result.Ok);
            Assert.Contains("no.such.type", result.Detail, StringComparison.Ordinal);

            UplinkFixture.Emit(delivery, 0, 10);
            delivery.Events.Emit(new Event { Type = EventType.AuthSuccess, User = "kept" });
            await UplinkFixture.EventuallyAsync(() => fixture.Store.Count == 1, "1 stored");
            var counters = new Dictionary<string, ulong>();
            delivery.Counters.CopyTo(counters);
            Assert.Equal(10ul, counters["events.auth.failure"]);
        }

        await using var again = fixture.Open(collector.Address);
        Assert.Contains("auth.failure", again.Filter.Disabled);
        Assert.Equal(["kept"], fixture.Store.Users);
    }

    [Fact]
    public async Task A_heartbeat_tells_of_the_sensor()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        await using var delivery = fixture.Open(fixture.Options("events:\n  disabled: [log.raw]", collector.Address));
        await UplinkFixture.EventuallyAsync(() => !collector.Ingest.Heartbeats.IsEmpty, "a heartbeat");
        Assert.True(collector.Ingest.Heartbeats.TryDequeue(out var heartbeat));
        Assert.True(heartbeat.RssBytes > 1 << 20);
        Assert.Contains("queue.dropped", heartbeat.Counters.Keys);
        Assert.Equal(["log.raw"], heartbeat.DisabledEventTypes);
    }

    [Fact]
    public async Task The_last_heartbeat_says_that_nothing_waits_any_more()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        await using (var delivery = fixture.Open(collector.Address))
        {
            await UplinkFixture.EventuallyAsync(() => !collector.Ingest.Heartbeats.IsEmpty, "the first heartbeat");
            UplinkFixture.Emit(delivery, 0, 500);
        }

        await UplinkFixture.EventuallyAsync(() => collector.Ingest.Heartbeats.Last() is { SpoolEvents: 0 } last && last.Counters["queue.accepted"] >= 500, "the last one");
    }

    [Fact]
    public async Task A_draining_collector_is_left_alone_as_long_as_it_asks()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        collector.Ingest.Controls.Enqueue(new Control { ControlId = 1, DrainMs = 600 });
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await using var delivery = fixture.Open(collector.Address);
        await UplinkFixture.EventuallyAsync(() => collector.Ingest.Hellos.Count == 2, "back");
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) > TimeSpan.FromMilliseconds(600));
        UplinkFixture.Emit(delivery, 0, 100);
        await UplinkFixture.EventuallyAsync(() => delivery.Spool.Acknowledged == 100, "100 acknowledged");
    }

    [Fact]
    public async Task A_second_sensor_with_the_same_identity_is_refused_and_says_so()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        await using var first = fixture.Open(collector.Address);
        await UplinkFixture.EventuallyAsync(() => first.Uplink.IsConnected, "connected");

        // A copied machine: the same identity in another state directory.
        using var copy = new UplinkFixture();
        File.Copy(Path.Combine(fixture.StateDirectory, "identity.pem"), Path.Combine(copy.StateDirectory, "identity.pem"), overwrite: true);
        await using var second = copy.Open(collector.Address);
        await UplinkFixture.EventuallyAsync(() => second.Uplink.LastEnd is not null, "an end");

        Assert.Equal(Sensor.Uplink.LinkEndKind.Duplicate, second.Uplink.LastEnd!.Kind);
        Assert.Contains("Another sensor with this identity", copy.LogText.ToString(), StringComparison.Ordinal);
        Assert.True(first.Uplink.IsConnected);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        using var fixture = new UplinkFixture();
        using var stranger = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        await using var delivery = stranger.Open(collector.Address);
        await UplinkFixture.EventuallyAsync(() => delivery.Uplink.LastEnd is not null, "an end");
        Assert.Equal(Sensor.Uplink.LinkEndKind.Refused, delivery.Uplink.LastEnd!.Kind);
    }

    [Fact]
    public async Task A_collector_that_acknowledges_nothing_is_taken_for_gone()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        collector.Ingest.Silent = true;
        var options = fixture.Options("", collector.Address);
        await using var delivery = fixture.Open(options with { Uplink = options.Uplink with { AckTimeout = TimeSpan.FromSeconds(1) } });
        UplinkFixture.Emit(delivery, 0, 10);
        await UplinkFixture.EventuallyAsync(() => collector.Ingest.Hellos.Count >= 2, "a second connection");
        Assert.Contains("Nothing was acknowledged", fixture.LogText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_refuses_is_named_with_its_reason()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        collector.Ingest.Refusal = new Status(StatusCode.PermissionDenied, "revoked");
        await using var delivery = fixture.Open(collector.Address);
        await UplinkFixture.EventuallyAsync(() => delivery.Uplink.LastEnd is not null, "an end");
        Assert.Contains("revoked", delivery.Uplink.LastEnd!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("on", "0B")]
    [InlineData("off", "2MiB")]
    public async Task Events_arrive_whole_when_compressed_and_when_capped(string compression, string bandwidth)
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        var options = fixture.Options("", collector.Address);
        _ = Proto.Configuration.Units.TryParseSize(bandwidth, out var cap);
        await using var delivery = fixture.Open(options with
        {
            Uplink = options.Uplink with
            {
                Compression = Enum.Parse<Sensor.Uplink.UplinkCompression>(compression, ignoreCase: true),
                BandwidthBytesPerSecond = cap,
            },
        });
        UplinkFixture.Emit(delivery, 0, 2000);
        await UplinkFixture.EventuallyAsync(() => delivery.Spool.Acknowledged == 2000, "2000 acknowledged");
        Assert.Equal(UplinkFixture.UserNames(0, 2000), fixture.Store.Users);
    }
}

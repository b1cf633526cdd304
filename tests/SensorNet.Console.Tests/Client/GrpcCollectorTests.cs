using Google.Protobuf;
using SensorNet.Console.Client;
using SensorNet.Console.Tests.Support;
using SensorNet.Proto.Privacy;
using SensorNet.V1;

namespace SensorNet.Console.Tests.Client;

public sealed class GrpcCollectorTests
{
    [Fact]
    public async Task What_the_collector_holds_comes_over_the_wire()
    {
        using var folder = new PrivateFolder();
        var memory = SampleData.Create();
        await using var server = await GrpcTestServer.StartAsync(memory, folder.File("s"));
        await using var collector = new GrpcCollector(new ConnectionSettings(server.Address));

        Assert.Equal(memory.Status, await collector.GetStatusAsync(TestContext.Current.CancellationToken));
        Assert.Equal("alice", (await collector.WhoAmIAsync(TestContext.Current.CancellationToken)).Name);
        var alerts = new List<Alert>();
        await foreach (var alert in collector.ListAlertsAsync(new ListAlertsRequest { MinLevel = AlertLevel.High }, TestContext.Current.CancellationToken))
        {
            alerts.Add(alert);
        }

        Assert.Equal(4, alerts.Count);
        var updated = await collector.UpdateAlertAsync(new UpdateAlertRequest { AlertId = "a1f0c2", Status = AlertStatus.Resolved }, TestContext.Current.CancellationToken);
        Assert.Equal(AlertStatus.Resolved, updated.Status);
    }

    [Fact]
    public async Task What_a_sensor_encrypted_is_clear_for_who_holds_the_key_and_stays_closed_for_others()
    {
        using var folder = new PrivateFolder();
        var keys = folder.File("privacy.keys");
        File.WriteAllText(keys, $"k1 {new string('5', 64)}\n");
        File.SetUnixFileMode(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var clear = new Event { Type = EventType.AuthFailure, User = "alice", Host = "edge-1", SourceIp = ByteString.CopyFrom(192, 0, 2, 77) };
        var memory = SampleData.Create();
        memory.Events.Clear();
        using (var protector = new PrivacyProtector(new PrivacyPolicy { Accounts = PrivacyAction.Randomized, Addresses = PrivacyAction.PreservePrefix }, PrivacyKeyring.Load(keys)))
        {
            var closed = clear.Clone();
            protector.Apply(closed);
            memory.Events.Add(new StoredEvent { Position = 1, Event = closed });
        }

        await using var server = await GrpcTestServer.StartAsync(memory, folder.File("s"));
        async Task<Event> Tailed(string? keyFile)
        {
            await using var collector = new GrpcCollector(new ConnectionSettings(server.Address, PrivacyKeysFile: keyFile));
            await using var batches = collector.TailEventsAsync(new TailEventsRequest(), TestContext.Current.CancellationToken).GetAsyncEnumerator();
            var next = batches.MoveNextAsync();
            while (!memory.IsTailed)
            {
                await Task.Yield();
            }

            memory.Store(memory.Events[0]);
            Assert.True(await next);
            memory.IsTailed = false;
            return collector.Open(Assert.Single(batches.Current.Events)).Event;
        }

        async Task<Event> Seen(string? keyFile)
        {
            await using var collector = new GrpcCollector(new ConnectionSettings(server.Address, PrivacyKeysFile: keyFile));
            await foreach (var page in collector.QueryEventsAsync(new QueryEventsRequest { Limit = 10 }, TestContext.Current.CancellationToken))
            {
                return Assert.Single(page.Events).Event;
            }

            throw new InvalidOperationException("no page came");
        }

        var without = await Seen(null);
        Assert.StartsWith("aesr~", without.User, StringComparison.Ordinal);
        Assert.NotEqual(clear.SourceIp, without.SourceIp);
        var with = await Seen(keys);
        Assert.Equal((clear.User, clear.SourceIp), (with.User, with.SourceIp));
        Assert.Equal(without, await Tailed(null));
        Assert.Equal(with, await Tailed(keys));

        File.SetUnixFileMode(keys, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => Seen(keys));
        Assert.Contains("chmod 600", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_delivers_changes_and_ends_when_it_is_cancelled()
    {
        using var folder = new PrivateFolder();
        var memory = SampleData.Create();
        await using var server = await GrpcTestServer.StartAsync(memory, folder.File("s"));
        await using var collector = new GrpcCollector(new ConnectionSettings(server.Address));
        using var stop = new CancellationTokenSource();
        var seen = new List<string>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var change in collector.WatchAlertsAsync(new WatchAlertsRequest(), stop.Token))
            {
                if (change.CaughtUp)
                {
                    memory.PutAlert(SampleData.Alert("zz", AlertLevel.Low, AlertStatus.Active, "r", "t", "192.0.2.1", 0, 1), "new");
                }
                else
                {
                    seen.Add(change.Alert.AlertId);
                    await stop.CancelAsync();
                }
            }
        });
        Assert.Equal(["zz"], seen);
    }

    [Theory]
    [InlineData((byte)CollectorFailure.NotFound)]
    [InlineData((byte)CollectorFailure.Conflict)]
    [InlineData((byte)CollectorFailure.NotAllowed)]
    [InlineData((byte)CollectorFailure.NotAuthenticated)]
    [InlineData((byte)CollectorFailure.Invalid)]
    [InlineData((byte)CollectorFailure.Internal)]
    public async Task A_refusal_keeps_its_meaning_and_is_harmless_to_print(byte failure)
    {
        using var folder = new PrivateFolder();
        var memory = SampleData.Create();
        memory.Failure = new CollectorException((CollectorFailure)failure, "bad\e[31m thing");
        await using var server = await GrpcTestServer.StartAsync(memory, folder.File("s"));
        await using var collector = new GrpcCollector(new ConnectionSettings(server.Address));

        var error = await Assert.ThrowsAsync<CollectorException>(() => collector.GetStatusAsync(TestContext.Current.CancellationToken));
        Assert.Equal((CollectorFailure)failure, error.Failure);
        Assert.Contains("bad.[31m thing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_is_not_offered_says_so()
    {
        using var folder = new PrivateFolder();
        await using var server = await GrpcTestServer.StartAsync(SampleData.Create(), folder.File("s"));
        await using var collector = new GrpcCollector(new ConnectionSettings(server.Address));
        var error = await Assert.ThrowsAsync<CollectorException>(() => collector.ListRulesAsync(TestContext.Current.CancellationToken));
        Assert.Equal(CollectorFailure.NotOffered, error.Failure);
    }

    [Fact]
    public async Task Without_a_collector_the_sentence_says_what_where_and_how_to_mend_it()
    {
        await using var collector = new GrpcCollector(new ConnectionSettings("unix:/nonexistent/c.sock"));
        var error = await Assert.ThrowsAsync<CollectorException>(() => collector.GetStatusAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            "No collector runs here: there is no socket /nonexistent/c.sock. Start one with 'sensornet-collector run', or name another with --collector or $SENSORNET_COLLECTOR.",
            error.Message);
    }

    [Fact]
    public async Task A_socket_that_nobody_listens_at_is_told_from_one_that_is_not_there()
    {
        using var folder = new PrivateFolder();
        using (var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0))
        {
            socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(folder.File("s")));
        }

        File.WriteAllText(folder.File("file"), "");
        await using var collector = new GrpcCollector(new ConnectionSettings("unix:" + folder.File("file")));
        var error = await Assert.ThrowsAsync<CollectorException>(() => collector.GetStatusAsync(TestContext.Current.CancellationToken));
        Assert.Contains("nobody listens at the socket", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_file_that_others_can_read_is_refused()
    {
        using var folder = new PrivateFolder();
        File.WriteAllText(folder.File("token"), "snb1.a.b.c");
        File.SetUnixFileMode(folder.File("token"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var error = Assert.Throws<ConfigurationException>(() => new GrpcCollector(new ConnectionSettings("https://127.0.0.1:1", TokenFile: folder.File("token"))));
        Assert.Contains($"chmod 600 {folder.File("token")}", error.Message, StringComparison.Ordinal);
    }
}

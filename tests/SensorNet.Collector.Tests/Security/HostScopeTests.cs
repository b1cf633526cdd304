using System.Diagnostics;
using Grpc.Core;
using SensorNet.Rpc;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Security;

public sealed class HostScopeTests
{
    [Fact]
    public async Task An_operator_of_one_group_neither_sees_nor_touches_another_group()
    {
        await using var collector = await RunningCollector.StartAsync();
        using var a = await collector.StreamAsync("sensor-a", "a", "host-a");
        using var b = await collector.StreamAsync("sensor-b", "b", "host-b");
        var token = await collector.CreateTokenAsync(Role.Operator, true, "ann", "a");
        using var channel = RpcChannel.ForAddress(collector.TlsAddress, token);
        var events = new EventService.EventServiceClient(channel);

        var seen = new List<StoredEvent>();
        using (var query = events.QueryEvents(new QueryEventsRequest(), deadline: SecuredServer.Soon))
        {
            while (await query.ResponseStream.MoveNext())
            {
                seen.AddRange(query.ResponseStream.Current.Events);
            }
        }

        var positions = Enumerable.Range(1, 100).Select(position => (ulong)position);
        var byPosition = await events.GetEventsAsync(new GetEventsRequest { Positions = { positions } }, deadline: SecuredServer.Soon);
        var statistics = await events.GetStatisticsAsync(new GetStatisticsRequest { GroupBy = { "host" } }, deadline: SecuredServer.Soon);
        var sensors = await new SensorService.SensorServiceClient(channel).ListSensorsAsync(new ListSensorsRequest(), deadline: SecuredServer.Soon);
        var status = await new AdminService.AdminServiceClient(channel).GetStatusAsync(new GetStatusRequest(), deadline: SecuredServer.Soon);

        Assert.Contains(seen, stored => stored.Event is { SensorId: "sensor-a", Host: "host-a" });
        Assert.All(seen, stored => Assert.Equal("host-a", stored.Event.Host));
        Assert.All(byPosition.Events, stored => Assert.Equal("host-a", stored.Event.Host));
        Assert.All(statistics.Groups, group => Assert.Equal("host-a", group.Value));
        Assert.Equal(("sensor-a", "a"), (sensors.Sensors.Single().Id, sensors.Sensors.Single().Group));
        Assert.Equal((0u, 1u), ((uint)status.Events, status.SensorsTotal));
        await RefusedAsync(StatusCode.NotFound, async () => await new SensorService.SensorServiceClient(channel).SetEventTypesAsync(new SetEventTypesRequest { SensorId = "sensor-b" }, deadline: SecuredServer.Soon));
        await RefusedAsync(StatusCode.PermissionDenied, async () => await events.IngestEventAsync(new IngestEventRequest { Event = new Event { Host = "host-b" } }, deadline: SecuredServer.Soon));
        await RefusedAsync(StatusCode.PermissionDenied, async () => await new RuleService.RuleServiceClient(channel).GetCorrelationStateAsync(new GetCorrelationStateRequest { Rule = "x" }, deadline: SecuredServer.Soon));
    }

    [Fact]
    public async Task Naming_another_groups_host_does_not_open_it()
    {
        await using var collector = await RunningCollector.StartAsync();
        using var a = await collector.StreamAsync("sensor-a", "a", "host-b");
        using var b = await collector.StreamAsync("sensor-b", "b", "host-b");
        var token = await collector.CreateTokenAsync(Role.Operator, true, "ann", "a");
        using var channel = RpcChannel.ForAddress(collector.TlsAddress, token);

        await RefusedAsync(StatusCode.PermissionDenied, async () => await new EventService.EventServiceClient(channel).IngestEventAsync(
            new IngestEventRequest { Event = new Event { Host = "host-b" } }, deadline: SecuredServer.Soon));
    }

    [Fact]
    public async Task A_sensor_speaks_for_itself_whatever_its_events_say()
    {
        await using var collector = await RunningCollector.StartAsync();
        using var a = await collector.StreamAsync("sensor-a", "a", "host-a");
        using var channel = collector.ConnectLocal();
        using var query = new EventService.EventServiceClient(channel).QueryEvents(new QueryEventsRequest { Query = "user.name:user-a" }, deadline: SecuredServer.Soon);
        Assert.True(await query.ResponseStream.MoveNext());

        Assert.Equal("sensor-a", query.ResponseStream.Current.Events.Single().Event.SensorId);
    }

    [Fact]
    public async Task A_stop_ends_sensor_streams_at_once_and_all_others_soon()
    {
        await using var collector = await RunningCollector.StartAsync();
        using var sensor = await collector.StreamAsync("sensor-a", "a", "host-a");
        using var channel = collector.ConnectLocal();
        using var tail = new EventService.EventServiceClient(channel).TailEvents(new TailEventsRequest(), deadline: DateTime.UtcNow.AddMinutes(2));
        await tail.ResponseHeadersAsync;
        var watch = Stopwatch.StartNew();

        var stopping = collector.StopAsync();
        await RefusedAsync(StatusCode.Unavailable, () => DrainAsync(sensor.ResponseStream));
        await RefusedAsync(StatusCode.Unavailable, () => DrainAsync(tail.ResponseStream));
        await stopping;

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 9);
    }

    private static async Task DrainAsync<T>(IAsyncStreamReader<T> stream)
        where T : class
    {
        while (await stream.MoveNext())
        {
        }
    }

    private static async Task RefusedAsync(StatusCode expected, Func<Task> call) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<RpcException>(call)).StatusCode);
}

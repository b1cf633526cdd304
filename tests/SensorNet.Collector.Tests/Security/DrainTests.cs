using Grpc.Core;
using Grpc.Health.V1;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Security;

public sealed class DrainTests
{
    [Fact]
    public async Task No_last_acknowledgement_is_lost_when_the_collector_stops()
    {
        for (var round = 0; round < 25; round++)
        {
            await using var server = await SecuredServer.StartAsync();
            using var identity = await server.EnrolAsync(Role.Sensor, "pbx1");
            using var channel = server.Connect(identity);
            using var stream = new IngestService.IngestServiceClient(channel).Connect(deadline: SecuredServer.Soon);
            Assert.True(await stream.ResponseStream.MoveNext());

            var stopping = server.StopGracefullyAsync();
            Assert.True(await stream.ResponseStream.MoveNext());
            var last = stream.ResponseStream.Current.Ack.Seq;
            var thrown = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext());
            await stopping;

            Assert.Equal(4711u, last);
            Assert.Equal(new Status(StatusCode.Unavailable, "draining"), thrown.Status);
        }
    }

    [Fact]
    public async Task Health_turns_before_the_streams_end_and_new_calls_are_turned_away()
    {
        await using var server = await SecuredServer.StartAsync();
        using var channel = server.ConnectLocal();
        using var watch = new Health.HealthClient(channel).Watch(new HealthCheckRequest(), deadline: SecuredServer.Soon);
        Assert.True(await watch.ResponseStream.MoveNext());
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, watch.ResponseStream.Current.Status);

        await server.Get<SensorNet.Collector.Api.Hosting.Drain>().RunAsync(TimeSpan.FromSeconds(10));
        Assert.True(await watch.ResponseStream.MoveNext());
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await new AdminService.AdminServiceClient(channel).WhoAmIAsync(new WhoAmIRequest(), deadline: SecuredServer.Soon));

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
    }
}

using System.Diagnostics;
using Grpc.Core;
using SensorNet.Collector.Security;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Security;

public sealed class AccessLimitsTests
{
    [Fact]
    public async Task Connections_from_one_address_are_limited()
    {
        await using var server = await SecuredServer.StartAsync(new AccessLimits { ConnectionsPerAddress = 2 });
        var token = await server.CreateTokenAsync(Role.Viewer, bearer: true);
        using var first = server.Connect(token);
        using var second = server.Connect(token);
        using var third = server.Connect(token);

        Assert.Equal(StatusCode.OK, (await RawCall.RunAsync(first, "sensornet.v1.AdminService", "WhoAmI")).StatusCode);
        Assert.Equal(StatusCode.OK, (await RawCall.RunAsync(second, "sensornet.v1.AdminService", "WhoAmI")).StatusCode);
        Assert.Equal(StatusCode.Unavailable, (await RawCall.RunAsync(third, "sensornet.v1.AdminService", "WhoAmI")).StatusCode);
        Assert.Contains("more than 2 connections", await server.Log.WaitForAsync("Refused a connection"));
    }

    [Fact]
    public async Task Connections_under_one_certificate_are_limited()
    {
        await using var server = await SecuredServer.StartAsync(new AccessLimits { ConnectionsPerCertificate = 1 });
        using var identity = await server.EnrolAsync(Role.Viewer, "ann");
        using var first = server.Connect(identity);
        using var second = server.Connect(identity);

        Assert.Equal(StatusCode.OK, (await RawCall.RunAsync(first, "sensornet.v1.AdminService", "WhoAmI")).StatusCode);
        Assert.Equal(StatusCode.Unavailable, (await RawCall.RunAsync(second, "sensornet.v1.AdminService", "WhoAmI")).StatusCode);
    }

    [Fact]
    public async Task A_message_above_the_limit_is_refused()
    {
        await using var server = await SecuredServer.StartAsync(new AccessLimits { MessageSize = 1000 });
        using var channel = server.ConnectLocal();

        var thrown = await Assert.ThrowsAsync<RpcException>(async () => await new AdminService.AdminServiceClient(channel).CreateTokenAsync(
            new CreateTokenRequest { Name = new string('a', 2000) }, deadline: SecuredServer.Soon));

        Assert.Equal(StatusCode.ResourceExhausted, thrown.StatusCode);
    }

    [Fact]
    public async Task Those_who_have_not_shown_who_they_are_send_little()
    {
        await using var server = await SecuredServer.StartAsync();
        using var channel = server.Connect(await server.CreateTokenAsync(Role.Sensor));

        var thrown = await Assert.ThrowsAsync<RpcException>(async () => await new EnrolmentService.EnrolmentServiceClient(channel).JoinAsync(
            new JoinRequest { Name = new string('a', 100_000) }, deadline: SecuredServer.Soon));

        Assert.Equal(StatusCode.ResourceExhausted, thrown.StatusCode);
    }

    [Fact]
    public async Task Calls_of_one_sensor_at_once_are_limited()
    {
        await using var server = await SecuredServer.StartAsync(new AccessLimits { CallsPerSensor = 1 });
        using var identity = await server.EnrolAsync(Role.Sensor, "pbx1");
        using var channel = server.Connect(identity);
        var client = new IngestService.IngestServiceClient(channel);
        using var first = client.Connect(deadline: SecuredServer.Soon);
        Assert.True(await first.ResponseStream.MoveNext());
        using var second = client.Connect(deadline: SecuredServer.Soon);

        var thrown = await Assert.ThrowsAsync<RpcException>(() => second.ResponseStream.MoveNext());

        Assert.Equal(StatusCode.ResourceExhausted, thrown.StatusCode);
    }

    [Fact]
    public async Task A_stream_that_is_too_fast_is_read_more_slowly()
    {
        await using var server = await SecuredServer.StartAsync(new AccessLimits { MessagesPerSecond = 100 });
        using var identity = await server.EnrolAsync(Role.Sensor, "pbx1");
        using var channel = server.Connect(identity);
        using var stream = new IngestService.IngestServiceClient(channel).Connect(deadline: SecuredServer.Soon);
        Assert.True(await stream.ResponseStream.MoveNext());
        var watch = Stopwatch.StartNew();

        for (var i = 0; i < 300; i++)
        {
            await stream.RequestStream.WriteAsync(new SensorMessage());
        }

        await stream.RequestStream.CompleteAsync();
        await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext());

        // Two seconds' worth pass at once, the rest at the rate.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 20);
    }

    [Fact]
    public async Task Requests_far_above_the_rate_are_refused()
    {
        await using var server = await SecuredServer.StartAsync(new AccessLimits { MessagesPerSecond = 1 });
        using var channel = server.ConnectLocal();
        var client = new AdminService.AdminServiceClient(channel);

        var calls = Enumerable.Range(0, 20).Select(_ => client.WhoAmIAsync(new WhoAmIRequest(), deadline: SecuredServer.Soon).ResponseAsync).ToArray();
        await Task.WhenAll(calls).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.Contains(calls, call => call.IsCompletedSuccessfully);
        Assert.Contains(calls, call => call.Exception?.InnerException is RpcException { StatusCode: StatusCode.ResourceExhausted });
    }
}

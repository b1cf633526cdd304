using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SensorNet.Proto.Tests.Interop;
using SensorNet.Rpc.Server;

namespace SensorNet.Proto.Tests.Rpc;

public sealed class ServerBehaviourTests
{
    private static DateTime Soon => DateTime.UtcNow.AddSeconds(30);

    [Fact]
    public async Task A_handler_that_ignores_its_deadline_is_abandoned()
    {
        var released = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(map: application => application.MapGrpcService(Method("Stubborn", async (_, _) =>
        {
            await released.Task;
            return new EmptyMessage();
        })));
        using var channel = server.Connect();

        // Plain HTTP waits longer than the deadline that it sends, so that the answer is the server's.
        using var http = new HttpMessageInvoker(SensorNet.Rpc.RpcChannel.CreateHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Address + "/test.Extra/Stubborn")
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        request.Headers.TryAddWithoutValidation("grpc-timeout", "100m");
        using var response = await http.SendAsync(request, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
        released.SetResult();

        Assert.Equal("4", response.Headers.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task A_handlers_failure_is_unknown_and_tells_nothing_of_itself()
    {
        await using var server = await TestServer.StartAsync(map: application => application.MapGrpcService(Method("Fail", (_, _) => throw new InvalidOperationException("secret path"))));
        using var channel = server.Connect();

        var thrown = await Assert.ThrowsAsync<RpcException>(() => CallAsync(channel, "Fail"));

        Assert.Equal(StatusCode.Unknown, thrown.StatusCode);
        Assert.DoesNotContain("secret", thrown.Status.Detail);
    }

    [Fact]
    public async Task Trailers_of_handler_and_exception_both_arrive()
    {
        await using var server = await TestServer.StartAsync(map: application => application.MapGrpcService(Method("Trail", (_, context) =>
        {
            context.ResponseTrailers.Add("x-one", "1");
            throw new RpcException(new Status(StatusCode.Aborted, "no"), new Metadata { { "x-two-bin", [2] } });
        })));
        using var channel = server.Connect();

        var thrown = await Assert.ThrowsAsync<RpcException>(() => CallAsync(channel, "Trail"));

        Assert.Equal("1", thrown.Trailers.GetValue("x-one"));
        Assert.Equal([2], thrown.Trailers.GetValueBytes("x-two-bin")!);
    }

    [Fact]
    public async Task A_write_while_another_runs_is_a_mistake_of_the_handler()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = server.Connect();
        using var call = new InteropService.InteropServiceClient(channel).Upload(deadline: Soon);
        var large = new Request { Body = ByteString.CopyFrom(new byte[4_000_000]) };

        var first = call.RequestStream.WriteAsync(large);
        if (!first.IsCompleted)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(large));
        }

        await first;
        await call.RequestStream.CompleteAsync();
        Assert.Equal(4_000_000u, (await call).Total);
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(large));
    }

    [Fact]
    public async Task Conventions_reach_every_method_of_a_service()
    {
        var marked = new List<string>();
        await using var server = await TestServer.StartAsync(map: application =>
        {
            application.Use(async (context, next) =>
            {
                if (context.GetEndpoint()?.Metadata.GetMetadata<string>() is { } mark)
                {
                    marked.Add($"{mark} {context.GetEndpoint()!.Metadata.GetRequiredMetadata<Grpc.AspNetCore.Server.GrpcMethodMetadata>().Method.Name}");
                }

                await next();
            });
            application.MapGrpcService(Method("Marked", (request, _) => Task.FromResult(request))).WithMetadata("mark");
        });
        using var channel = server.Connect();

        await CallAsync(channel, "Marked");

        Assert.Equal(["mark Marked"], marked);
    }

    [Fact]
    public async Task Interceptors_stand_around_every_kind_of_call_in_their_order()
    {
        var log = new List<string>();
        await using var server = await TestServer.StartAsync(options =>
        {
            options.Interceptors.Add<Noting>(log, "outer");
            options.Interceptors.Add<Noting>(log, "inner");
        });
        using var channel = server.Connect();
        var client = new InteropService.InteropServiceClient(channel);

        await client.EmptyAsync(new EmptyMessage(), deadline: Soon);
        using (var download = client.Download(new Request { Sizes = { 1 } }, deadline: Soon))
        {
            await foreach (var response in download.ResponseStream.ReadAllAsync())
            {
                Assert.Single(response.Body);
            }
        }

        using (var upload = client.Upload(deadline: Soon))
        {
            await upload.RequestStream.CompleteAsync();
            await upload;
        }

        using (var duplex = client.Duplex(deadline: Soon))
        {
            await duplex.RequestStream.CompleteAsync();
            Assert.False(await duplex.ResponseStream.MoveNext());
        }

        Assert.Equal(["outer unary", "inner unary", "outer down", "inner down", "outer up", "inner up", "outer both", "inner both"], log);
    }

    [Fact]
    public async Task Responses_are_compressed_only_for_callers_that_accept_it()
    {
        await using var server = await TestServer.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");
        var body = new Request { Sizes = { 10_000 } }.ToByteArray();
        byte[] frame = [0, 0, 0, 0, (byte)body.Length, .. body];

        var accepting = await PostAsync(server, frame, "gzip");
        var other = await PostAsync(server, frame, "identity");

        Assert.Equal((1, true), (accepting[0], accepting.Length < 1000));
        Assert.Equal((0, true), (other[0], other.Length > 10_000));
    }

    [Fact]
    public async Task Health_is_told_and_watched()
    {
        var health = new HealthStatus();
        health.Set("a.B", serving: true);
        await using var server = await TestServer.StartAsync(map: application => application.MapGrpcService(Health.BindService(new HealthService(health))));
        using var channel = server.Connect();
        var client = new Health.HealthClient(channel);
        using var watch = client.Watch(new HealthCheckRequest { Service = "later" }, deadline: Soon);
        Assert.True(await watch.ResponseStream.MoveNext());
        var before = watch.ResponseStream.Current.Status;

        health.Set("later", serving: true);
        Assert.True(await watch.ResponseStream.MoveNext());
        var after = watch.ResponseStream.Current.Status;
        health.SetAll(serving: false);
        Assert.True(await watch.ResponseStream.MoveNext());

        Assert.Equal(
            (HealthCheckResponse.Types.ServingStatus.ServiceUnknown, HealthCheckResponse.Types.ServingStatus.Serving, HealthCheckResponse.Types.ServingStatus.NotServing),
            (before, after, watch.ResponseStream.Current.Status));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, (await client.CheckAsync(new HealthCheckRequest { Service = "a.B" }, deadline: Soon)).Status);
        var unknown = await Assert.ThrowsAsync<RpcException>(async () => await client.CheckAsync(new HealthCheckRequest { Service = "no" }, deadline: Soon));
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
    }

    [Theory]
    [InlineData("grpc.reflection.v1.ServerReflection")]
    [InlineData("grpc.reflection.v1alpha.ServerReflection")]
    public async Task Reflection_gives_a_file_with_all_that_it_imports(string service)
    {
        await using var server = await TestServer.StartAsync(map: application => application.MapReflection(V1.AdminReflection.Descriptor));
        using var channel = server.Connect();
        var method = new Method<ServerReflectionRequest, ServerReflectionResponse>(
            MethodType.DuplexStreaming,
            service,
            "ServerReflectionInfo",
            Marshallers.Create(message => message.ToByteArray(), ServerReflectionRequest.Parser.ParseFrom),
            Marshallers.Create(message => message.ToByteArray(), ServerReflectionResponse.Parser.ParseFrom));
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, new CallOptions(deadline: Soon));

        var list = await AskAsync(call, new ServerReflectionRequest { ListServices = "" });
        var files = await AskAsync(call, new ServerReflectionRequest { FileContainingSymbol = "sensornet.v1.AdminService.WhoAmI" });
        var none = await AskAsync(call, new ServerReflectionRequest { FileContainingSymbol = "no.Such" });
        await call.RequestStream.CompleteAsync();

        Assert.Contains(list.ListServicesResponse.Service, entry => entry.Name == "sensornet.v1.AdminService");
        var names = files.FileDescriptorResponse.FileDescriptorProto.Select(octets => Google.Protobuf.Reflection.FileDescriptorProto.Parser.ParseFrom(octets).Name);
        Assert.Equal(["sensornet/v1/admin.proto", "sensornet/v1/event.proto", "sensornet/v1/query.proto"], names.Order());
        Assert.Equal((int)StatusCode.NotFound, none.ErrorResponse.ErrorCode);
    }

    [Fact]
    public async Task Call_credentials_are_not_sent_in_the_clear()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = server.Connect();
        var credentials = CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("authorization", "Bearer x");
            return Task.CompletedTask;
        });

        var thrown = await Assert.ThrowsAsync<RpcException>(async () =>
            await new InteropService.InteropServiceClient(channel).EmptyAsync(new EmptyMessage(), new CallOptions(credentials: credentials, deadline: Soon)));

        Assert.Equal(StatusCode.Unauthenticated, thrown.StatusCode);
    }

    private static async Task<ServerReflectionResponse> AskAsync(AsyncDuplexStreamingCall<ServerReflectionRequest, ServerReflectionResponse> call, ServerReflectionRequest request)
    {
        await call.RequestStream.WriteAsync(request);
        Assert.True(await call.ResponseStream.MoveNext());
        return call.ResponseStream.Current;
    }

    private static async Task<byte[]> PostAsync(TestServer server, byte[] frame, string accept)
    {
        using var http = new HttpMessageInvoker(SensorNet.Rpc.RpcChannel.CreateHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Address + "/sensornet.test.InteropService/Unary")
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        request.Headers.TryAddWithoutValidation("grpc-accept-encoding", accept);
        using var response = await http.SendAsync(request, CancellationToken.None);
        return await response.Content.ReadAsByteArrayAsync();
    }

    private static Method<EmptyMessage, EmptyMessage> Describe(string name) => new(
        MethodType.Unary,
        "test.Extra",
        name,
        Marshallers.Create(message => message.ToByteArray(), EmptyMessage.Parser.ParseFrom),
        Marshallers.Create(message => message.ToByteArray(), EmptyMessage.Parser.ParseFrom));

    private static ServerServiceDefinition Method(string name, UnaryServerMethod<EmptyMessage, EmptyMessage> handler) =>
        ServerServiceDefinition.CreateBuilder().AddMethod(Describe(name), handler).Build();

    private static async Task CallAsync(ChannelBase channel, string name)
    {
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(Describe(name), null, new CallOptions(deadline: Soon), new EmptyMessage());
        await call;
    }

    internal sealed class Noting(List<string> log, string name) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            log.Add($"{name} unary");
            return continuation(request, context);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            log.Add($"{name} down");
            return continuation(request, responseStream, context);
        }

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            log.Add($"{name} up");
            return continuation(requestStream, context);
        }

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            log.Add($"{name} both");
            return continuation(requestStream, responseStream, context);
        }
    }
}

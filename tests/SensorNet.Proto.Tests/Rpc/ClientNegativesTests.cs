using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SensorNet.Proto.Tests.Interop;
using SensorNet.Rpc.Wire;

namespace SensorNet.Proto.Tests.Rpc;

/// <summary>Answers that no gRPC server would give.</summary>
public sealed class ClientNegativesTests
{
    private static readonly byte[] s_message = [0, 0, 0, 0, 0];

    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    [InlineData(500, StatusCode.Unknown)]
    [InlineData(302, StatusCode.Unknown)]
    public async Task Http_errors_have_their_status(int http, StatusCode expected) =>
        Assert.Equal(expected, (await CallAsync(context =>
        {
            context.Response.StatusCode = http;
            return Task.CompletedTask;
        })).StatusCode);

    [Fact]
    public async Task Another_content_type_is_unknown() =>
        Assert.Equal(StatusCode.Unknown, (await CallAsync(context => context.Response.WriteAsync("<html>"))).StatusCode);

    [Fact]
    public async Task No_status_is_unknown() =>
        Assert.Equal(StatusCode.Unknown, (await AnswerAsync(s_message, null)).StatusCode);

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("99")]
    public async Task An_unreadable_status_is_unknown(string status) =>
        Assert.Equal(StatusCode.Unknown, (await AnswerAsync(s_message, status)).StatusCode);

    [Fact]
    public async Task Success_without_a_message_is_unimplemented() =>
        Assert.Equal(StatusCode.Unimplemented, (await AnswerAsync([], "0")).StatusCode);

    [Fact]
    public async Task Success_with_two_messages_is_unimplemented() =>
        Assert.Equal(StatusCode.Unimplemented, (await AnswerAsync([.. s_message, .. s_message], "0")).StatusCode);

    [Fact]
    public async Task The_status_counts_even_when_a_message_came() =>
        Assert.Equal(new Status(StatusCode.NotFound, "no ☺"), await AnswerAsync(s_message, "5", "no %E2%98%BA"));

    [Theory]
    [InlineData(new byte[] { 2, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 255, 255 })]
    public async Task Broken_messages_are_internal_errors(byte[] body) =>
        Assert.Equal(StatusCode.Internal, (await AnswerAsync(body, "0")).StatusCode);

    [Fact]
    public async Task An_encoding_that_was_not_offered_is_an_internal_error() =>
        Assert.Equal(StatusCode.Internal, (await CallAsync(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-encoding"] = "br";
            return context.Response.Body.WriteAsync(s_message).AsTask();
        })).StatusCode);

    [Fact]
    public async Task A_length_above_the_limit_reserves_nothing() =>
        Assert.Equal(StatusCode.ResourceExhausted, (await AnswerAsync([0, 0x7F, 0xFF, 0xFF, 0xFF], "0")).StatusCode);

    [Theory]
    [InlineData(7, StatusCode.Unavailable)]
    [InlineData(8, StatusCode.Cancelled)]
    [InlineData(11, StatusCode.ResourceExhausted)]
    [InlineData(12, StatusCode.PermissionDenied)]
    [InlineData(1, StatusCode.Internal)]
    public async Task A_reset_stream_has_the_status_of_its_error(int error, StatusCode expected)
    {
        var asked = 0;
        var status = await CallAsync(async context =>
        {
            asked++;
            context.Response.ContentType = "application/grpc";
            await context.Response.StartAsync();
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(error);
        });

        Assert.Equal(expected, status.StatusCode);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task A_call_that_the_server_did_not_process_is_sent_again()
    {
        const int refusedStream = 7;
        var asked = 0;
        var status = await CallAsync(async context =>
        {
            if (Interlocked.Increment(ref asked) == 1)
            {
                context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(refusedStream);
                return;
            }

            await AnswerAsync(context, s_message, "0", "");
        });

        Assert.Equal(StatusCode.OK, status.StatusCode);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_lost_connection_is_unavailable()
    {
        var status = await CallAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.StartAsync();
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 9 });
            await context.Response.Body.FlushAsync();
            context.Features.GetRequiredFeature<Microsoft.AspNetCore.Connections.Features.IConnectionLifetimeFeature>().Abort();
        });

        Assert.Equal(StatusCode.Unavailable, status.StatusCode);
    }

    [Fact]
    public async Task Metadata_above_the_limit_is_not_sent()
    {
        await using var server = await TestServer.StartAsync();
        using var channel = server.Connect();
        var client = new InteropService.InteropServiceClient(channel);
        var large = new Metadata { { "x-large", new string('a', 40_000) } };

        var thrown = await Assert.ThrowsAsync<RpcException>(async () => await client.EmptyAsync(new EmptyMessage(), large));
        await client.EmptyAsync(new EmptyMessage());

        Assert.Equal(StatusCode.ResourceExhausted, thrown.StatusCode);
    }

    private static Task<Status> AnswerAsync(byte[] body, string? status, string message = "") =>
        CallAsync(context => AnswerAsync(context, body, status, message));

    private static async Task AnswerAsync(HttpContext context, byte[] body, string? status, string message)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.StartAsync();
        await context.Response.Body.WriteAsync(body);
        if (status is not null)
        {
            context.Response.AppendTrailer(HeaderNames.Status, status);
            context.Response.AppendTrailer(HeaderNames.Message, message);
        }
    }

    private static async Task<Status> CallAsync(RequestDelegate answer)
    {
        await using var server = await TestServer.StartAsync(map: application => application.Use(async (HttpContext context, RequestDelegate _) => await answer(context)));
        using var channel = server.Connect();
        var client = new InteropService.InteropServiceClient(channel);
        using var call = client.UnaryAsync(new Request(), deadline: DateTime.UtcNow.AddSeconds(30));
        try
        {
            await call;
            return call.GetStatus();
        }
        catch (RpcException e)
        {
            return e.Status;
        }
    }
}

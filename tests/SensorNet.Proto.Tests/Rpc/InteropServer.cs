using Google.Protobuf;
using Grpc.Core;
using SensorNet.Proto.Tests.Interop;

namespace SensorNet.Proto.Tests.Rpc;

/// <summary>Does what its caller asks for.</summary>
internal sealed class InteropServer : InteropService.InteropServiceBase
{
    public const string EchoHeader = "x-echo-initial";
    public const string EchoTrailer = "x-echo-trailing-bin";

    public override async Task<EmptyMessage> Empty(EmptyMessage request, ServerCallContext context)
    {
        await EchoAsync(context);
        return request;
    }

    public override async Task<Response> Unary(Request request, ServerCallContext context)
    {
        await EchoAsync(context, request.Compress);
        await PauseAsync(request, context);
        ThrowStatus(request);
        return Reply(request.Sizes.Count > 0 ? request.Sizes[0] : 0, (ulong)request.Body.Length);
    }

    public override async Task Download(Request request, IServerStreamWriter<Response> responseStream, ServerCallContext context)
    {
        await EchoAsync(context, request.Compress);
        foreach (var size in request.Sizes)
        {
            await PauseAsync(request, context);
            await responseStream.WriteAsync(Reply(size, 0));
        }

        ThrowStatus(request);
    }

    public override async Task<Response> Upload(IAsyncStreamReader<Request> requestStream, ServerCallContext context)
    {
        await EchoAsync(context);
        ulong total = 0;
        await foreach (var request in requestStream.ReadAllAsync())
        {
            ThrowStatus(request);
            total += (ulong)request.Body.Length;
        }

        return Reply(0, total);
    }

    public override async Task Duplex(IAsyncStreamReader<Request> requestStream, IServerStreamWriter<Response> responseStream, ServerCallContext context)
    {
        await EchoAsync(context);
        await foreach (var request in requestStream.ReadAllAsync())
        {
            ThrowStatus(request);
            foreach (var size in request.Sizes)
            {
                await PauseAsync(request, context);
                await responseStream.WriteAsync(Reply(size, (ulong)request.Body.Length));
            }
        }
    }

    private static async Task EchoAsync(ServerCallContext context, bool compress = false)
    {
        if (context.RequestHeaders.GetValueBytes(EchoTrailer) is { } octets)
        {
            context.ResponseTrailers.Add(EchoTrailer, octets);
        }

        var headers = new Metadata();
        if (compress)
        {
            headers.Add("grpc-internal-encoding-request", "gzip");
        }

        if (context.RequestHeaders.GetValue(EchoHeader) is { } text)
        {
            headers.Add(EchoHeader, text);
        }

        if (headers.Count > 0)
        {
            await context.WriteResponseHeadersAsync(headers);
        }
    }

    private static Task PauseAsync(Request request, ServerCallContext context) =>
        request.PauseMs == 0 ? Task.CompletedTask : Task.Delay((int)request.PauseMs, context.CancellationToken);

    private static void ThrowStatus(Request request)
    {
        if (request.StatusCode != 0)
        {
            throw new RpcException(new Status((StatusCode)request.StatusCode, request.StatusMessage));
        }
    }

    private static Response Reply(uint size, ulong total) => new()
    {
        Body = UnsafeByteOperations.UnsafeWrap(new byte[size]),
        Total = total,
    };
}

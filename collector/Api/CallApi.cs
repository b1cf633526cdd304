using Google.Protobuf;
using Grpc.Core;
using SensorNet.Collector.Objects;
using SensorNet.Collector.Security;
using SensorNet.V1;

namespace SensorNet.Collector.Api;

/// <summary>Call detail records.</summary>
internal sealed class CallApi(CallReader calls, HostScopes scopes) : CallService.CallServiceBase
{
    private const int CallsPerMessage = 100;
    private const uint DefaultLimit = 1000;

    public override async Task ListCalls(ListCallsRequest request, IServerStreamWriter<ListCallsResponse> responseStream, ServerCallContext context)
    {
        foreach (var page in List(request, scopes.Of(context)).Chunk(CallsPerMessage))
        {
            var response = new ListCallsResponse { Cursor = ByteString.CopyFrom(CallReader.CursorAfter(page[^1])) };
            response.Calls.Add(page);
            await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }

    public override Task<GetCallResponse> GetCall(GetCallRequest request, ServerCallContext context)
    {
        var call = calls.Get(request.CallId);
        return call is not null && scopes.Of(context) is var scope && (scope is null || scope.Sees(call))
            ? Task.FromResult(new GetCallResponse { Call = call })
            : throw new RpcException(new Status(StatusCode.NotFound, $"there is no call `{request.CallId}`"));
    }

    // The limit is of what the caller may see.
    private IEnumerable<CallRecord> List(ListCallsRequest request, HostScope? scope)
    {
        if (scope is null)
        {
            return calls.List(request);
        }

        var limit = request.Limit == 0 ? DefaultLimit : Math.Min(request.Limit, int.MaxValue);
        request.Limit = int.MaxValue;
        return calls.List(request).Where(scope.Sees).Take((int)limit);
    }
}

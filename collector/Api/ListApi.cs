using Grpc.Core;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.Collector.Detection;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Lists;
using SensorNet.Collector.Security;
using SensorNet.V1;

namespace SensorNet.Collector.Api;

/// <summary>Named lists, and what blocking a source would hit.</summary>
internal sealed class ListApi(ListBook lists, SourcePreview preview, RuleBook rules, CommitLoop loop) : ListService.ListServiceBase
{
    private const int EntriesPerMessage = 500;
    private const int MostValues = 10_000;
    private const ulong LongestExpiry = 10UL * 366 * 86400;
    private const ulong DefaultBlock = 3600;

    public override Task<ListListsResponse> ListLists(ListListsRequest request, ServerCallContext context)
    {
        HostScopes.RequireAll(context);
        var response = new ListListsResponse();
        foreach (var list in lists.Lists())
        {
            list.Rules.Add(rules.UsersOfList(list.Name));
            response.Lists.Add(list);
        }

        return Task.FromResult(response);
    }

    public override async Task ListEntries(ListEntriesRequest request, IServerStreamWriter<ListEntriesResponse> responseStream, ServerCallContext context)
    {
        HostScopes.RequireAll(context);
        IEnumerable<ListEntry> entries = lists.Entries(request.List);
        if (request.Value.Length > 0)
        {
            var isAddress = AddressPrefix.TryParse(request.Value, out var prefix);
            entries = entries.Where(e => e.Value.Equals(request.Value, StringComparison.OrdinalIgnoreCase) || (isAddress && ListValue.Overlaps(e.Value, prefix)));
        }

        foreach (var portion in entries.Chunk(EntriesPerMessage))
        {
            await responseStream.WriteAsync(new ListEntriesResponse { Entries = { portion } }, context.CancellationToken);
        }
    }

    public override async Task<AddEntriesResponse> AddEntries(AddEntriesRequest request, ServerCallContext context)
    {
        HostScopes.RequireAll(context);
        if (request.Values.Count is 0 or > MostValues)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"give 1 to {MostValues} values"));
        }

        if (request.ExpiresS > LongestExpiry)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "an entry expires within ten years or (0) never"));
        }

        if (request.List.Equals(KnownList.Blocked, StringComparison.OrdinalIgnoreCase))
        {
            request.ExpiresS = request.ExpiresS == 0 ? DefaultBlock : request.ExpiresS;
            CheckBlock(request);
        }

        var caller = context.GetCaller();
        AddEntriesResponse? response = null;
        await loop.RunAsync(commit => response = lists.Add(request, caller.Name, caller.Source, commit), context.CancellationToken);
        return response!;
    }

    public override async Task<RemoveEntriesResponse> RemoveEntries(RemoveEntriesRequest request, ServerCallContext context)
    {
        HostScopes.RequireAll(context);
        var caller = context.GetCaller();
        var removed = 0u;
        await loop.RunAsync(commit => removed = lists.Remove(request, caller.Name, caller.Source, commit), context.CancellationToken);
        return new RemoveEntriesResponse { Removed = removed };
    }

    public override Task<PreviewSourceResponse> PreviewSource(PreviewSourceRequest request, ServerCallContext context)
    {
        HostScopes.RequireAll(context);
        return Task.Run(() => preview.Of(request, context.CancellationToken), context.CancellationToken);
    }

    private void CheckBlock(AddEntriesRequest request)
    {
        foreach (var value in request.Values)
        {
            if (!request.Force && AddressPrefix.TryParse(value.Trim(), out var prefix) && preview.Warnings(prefix).FirstOrDefault() is { } warning)
            {
                throw new RpcException(new Status(StatusCode.FailedPrecondition, $"{value} is not blocked: {warning}; with `force` it is blocked all the same"));
            }
        }
    }
}

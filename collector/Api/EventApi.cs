using Grpc.Core;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Objects;
using SensorNet.Collector.Query;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Api;

/// <summary>Stored events, the live tail and statistics.</summary>
internal sealed class EventApi(EventStore store, StatisticsReader statistics, CommitLoop loop, HostScopes scopes, TimeProvider clock) : EventService.EventServiceBase
{
    private const int MaxPositions = 10_000;

    public override async Task QueryEvents(QueryEventsRequest request, IServerStreamWriter<QueryEventsResponse> responseStream, ServerCallContext context)
    {
        var query = EventQuery.Create(store, request, clock, ScopeOf(context));
        foreach (var page in query.Pages(request, context.CancellationToken))
        {
            await responseStream.WriteAsync(page, context.CancellationToken);
        }
    }

    public override async Task TailEvents(TailEventsRequest request, IServerStreamWriter<TailEventsResponse> responseStream, ServerCallContext context)
    {
        var match = CompiledQuery.Compile(request.Query, clock).Match;
        var types = request.Types_.ToHashSet();
        Func<Event, bool>? wanted = types.Count > 0 ? e => types.Contains(e.Type) && match(e) : request.Query.Length > 0 ? match : null;

        if (ScopeOf(context) is { } scope)
        {
            var asked = wanted;
            wanted = asked is null ? scope : e => scope(e) && asked(e);
        }

        // Tells the client at once that it is subscribed, before the first event.
        await context.WriteResponseHeadersAsync([]);
        await foreach (var item in loop.Tail.SubscribeAsync(request.AfterPosition, wanted, context.CancellationToken))
        {
            var response = new TailEventsResponse { Filtered = (ulong)item.Filtered, Skipped = (ulong)item.Skipped };
            response.Events.Add(item.Events);
            await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }

    public override Task<GetEventsResponse> GetEvents(GetEventsRequest request, ServerCallContext context)
    {
        if (request.Positions.Count > MaxPositions)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"at most {MaxPositions} positions at once"));
        }

        var scope = ScopeOf(context);
        var response = new GetEventsResponse();
        response.Events.Add(request.Positions.Select(store.Find).OfType<StoredEvent>().Where(stored => scope is null || scope(stored.Event)));
        return Task.FromResult(response);
    }

    public override Task<GetStatisticsResponse> GetStatistics(GetStatisticsRequest request, ServerCallContext context) =>
        Task.FromResult(statistics.Get(request, clock, ScopeOf(context), context.CancellationToken));

    public override async Task<IngestEventResponse> IngestEvent(IngestEventRequest request, ServerCallContext context)
    {
        var caller = context.GetCaller();
        var e = request.Event ?? throw new RpcException(new Status(StatusCode.InvalidArgument, "no event was given"));

        if (scopes.Of(caller) is { } scope && !scope.SeesHost(e.Host))
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"{caller.Name} may write events of its own hosts only, and `{e.Host}` is none"));
        }

        // Marked for what it is: nobody's sensor saw this.
        e.SensorId = "";
        e.Epoch = 0;
        e.Seq = 0;
        e.LogSource = LogSource.Operator;
        e.Actor = caller.Name;
        if (e.Type == EventType.Unspecified)
        {
            e.Type = EventType.Custom;
        }

        if (e.Severity == Severity.Unspecified)
        {
            e.Severity = Proto.EventTypes.Get(e.Type).Severity;
        }

        if (e.EventTime == 0)
        {
            e.EventTime = clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        }

        return new IngestEventResponse { Position = await loop.IngestAsync(e, context.CancellationToken) };
    }

    private Func<Event, bool>? ScopeOf(ServerCallContext context) => scopes.Of(context) is { } scope ? scope.Sees : null;
}

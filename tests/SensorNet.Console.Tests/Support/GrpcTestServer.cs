using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SensorNet.Console.Client;
using SensorNet.V1;

namespace SensorNet.Console.Tests.Support;

/// <summary>A collector in memory behind the real wire: the contract's services over a unix socket.</summary>
internal sealed class GrpcTestServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private GrpcTestServer(WebApplication application, string socket)
    {
        _application = application;
        Address = "unix:" + socket;
    }

    public string Address { get; }

    public static async Task<GrpcTestServer> StartAsync(MemoryCollector collector, string socket)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2));
        var application = builder.Build();
        application.MapGrpcService(AlertService.BindService(new Alerts(collector)));
        application.MapGrpcService(AdminService.BindService(new Admin(collector)));
        application.MapGrpcService(EventService.BindService(new Events(collector)));
        application.MapGrpcService(SensorService.BindService(new Sensors(collector)));
        application.MapGrpcService(EntityService.BindService(new Entities(collector)));
        application.MapGrpcService(CallService.BindService(new Calls(collector)));
        await application.StartAsync();
        return new GrpcTestServer(application, socket);
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _application.StopAsync(atOnce.Token);
        await _application.DisposeAsync();
    }

    /// <summary>Runs a call and turns what the collector in memory throws into the status that a real one would send.</summary>
    private static async Task<T> Guard<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (CollectorException e)
        {
            throw new RpcException(new Status(
                e.Failure switch
                {
                    CollectorFailure.NotFound => StatusCode.NotFound,
                    CollectorFailure.Conflict => StatusCode.Aborted,
                    CollectorFailure.NotAllowed => StatusCode.PermissionDenied,
                    CollectorFailure.NotAuthenticated => StatusCode.Unauthenticated,
                    CollectorFailure.Invalid => StatusCode.InvalidArgument,
                    _ => StatusCode.Internal,
                },
                e.Message));
        }
    }

    private sealed class Alerts(MemoryCollector collector) : AlertService.AlertServiceBase
    {
        public override Task ListAlerts(ListAlertsRequest request, IServerStreamWriter<ListAlertsResponse> responses, ServerCallContext context) => Guard(async () =>
        {
            await foreach (var alert in collector.ListAlertsAsync(request, context.CancellationToken))
            {
                await responses.WriteAsync(new ListAlertsResponse { Alerts = { alert } });
            }

            return 0;
        });

        public override Task WatchAlerts(WatchAlertsRequest request, IServerStreamWriter<WatchAlertsResponse> responses, ServerCallContext context) => Guard(async () =>
        {
            await foreach (var change in collector.WatchAlertsAsync(request, context.CancellationToken))
            {
                await responses.WriteAsync(change);
            }

            return 0;
        });

        public override Task<GetAlertResponse> GetAlert(GetAlertRequest request, ServerCallContext context) =>
            Guard(() => collector.GetAlertAsync(request.AlertId, context.CancellationToken));

        public override Task<UpdateAlertResponse> UpdateAlert(UpdateAlertRequest request, ServerCallContext context) =>
            Guard(async () => new UpdateAlertResponse { Alert = await collector.UpdateAlertAsync(request, context.CancellationToken) });
    }

    private sealed class Admin(MemoryCollector collector) : AdminService.AdminServiceBase
    {
        public override Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context) => Guard(() => collector.GetStatusAsync(context.CancellationToken));

        public override Task<WhoAmIResponse> WhoAmI(WhoAmIRequest request, ServerCallContext context) => Guard(() => collector.WhoAmIAsync(context.CancellationToken));
    }

    private sealed class Events(MemoryCollector collector) : EventService.EventServiceBase
    {
        public override Task QueryEvents(QueryEventsRequest request, IServerStreamWriter<QueryEventsResponse> responses, ServerCallContext context) => Guard(async () =>
        {
            await foreach (var page in collector.QueryEventsAsync(request, context.CancellationToken))
            {
                await responses.WriteAsync(page);
            }

            return 0;
        });

        public override Task TailEvents(TailEventsRequest request, IServerStreamWriter<TailEventsResponse> responses, ServerCallContext context) => Guard(async () =>
        {
            await foreach (var batch in collector.TailAsync(request, context.CancellationToken))
            {
                await responses.WriteAsync(batch);
            }

            return 0;
        });

        public override Task<GetStatisticsResponse> GetStatistics(GetStatisticsRequest request, ServerCallContext context) =>
            Guard(() => collector.GetStatisticsAsync(request, context.CancellationToken));
    }

    private sealed class Sensors(MemoryCollector collector) : SensorService.SensorServiceBase
    {
        public override Task<ListSensorsResponse> ListSensors(ListSensorsRequest request, ServerCallContext context) =>
            Guard(async () => new ListSensorsResponse { Sensors = { await collector.ListSensorsAsync(context.CancellationToken) } });
    }

    private sealed class Entities(MemoryCollector collector) : EntityService.EntityServiceBase
    {
        public override Task ListEntities(ListEntitiesRequest request, IServerStreamWriter<ListEntitiesResponse> responses, ServerCallContext context) => Guard(async () =>
        {
            await foreach (var entity in collector.ListEntitiesAsync(request, context.CancellationToken))
            {
                await responses.WriteAsync(new ListEntitiesResponse { Entities = { entity } });
            }

            return 0;
        });
    }

    private sealed class Calls(MemoryCollector collector) : CallService.CallServiceBase
    {
        public override Task ListCalls(ListCallsRequest request, IServerStreamWriter<ListCallsResponse> responses, ServerCallContext context) => Guard(async () =>
        {
            await foreach (var call in collector.ListCallsAsync(request, context.CancellationToken))
            {
                await responses.WriteAsync(new ListCallsResponse { Calls = { call } });
            }

            return 0;
        });

        public override Task<GetCallResponse> GetCall(GetCallRequest request, ServerCallContext context) =>
            Guard(async () => new GetCallResponse { Call = await collector.GetCallAsync(request.CallId, context.CancellationToken) });
    }
}

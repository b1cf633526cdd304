using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SensorNet.Collector.Api.Hosting;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.Proto.Enrolment;
using SensorNet.Rpc;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Security;

/// <summary>A server with the collector's doors and gates, and services that do nothing, on a unix socket and on TLS.</summary>
internal sealed class SecuredServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly string _directory;

    private SecuredServer(WebApplication application, string directory, MemoryStore store, LogRecorder log)
    {
        _application = application;
        _directory = directory;
        Store = store;
        Log = log;
    }

    public MemoryStore Store { get; }

    public LogRecorder Log { get; }

    public string StateDirectory => _directory;

    public string UnixAddress => $"unix:{_directory}/s";

    public string TlsAddress => _application.Urls.Single(url => url.StartsWith("https", StringComparison.Ordinal)).Replace("[::]", "localhost", StringComparison.Ordinal);

    public static DateTime Soon => DateTime.UtcNow.AddSeconds(30);

    public T Get<T>()
        where T : notnull => _application.Services.GetRequiredService<T>();

    public static async Task<SecuredServer> StartAsync(
        AccessLimits? limits = null,
        Dictionary<string, string>? users = null,
        Action<WebApplication>? map = null)
    {
        var directory = Directory.CreateTempSubdirectory("sn-sec-").FullName;
        var store = new MemoryStore();
        var log = new LogRecorder();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        var endpoints = new EndpointSettings { UnixSocket = $"{directory}/s", Tls = new IPEndPoint(IPAddress.Loopback, 0) };
        builder.Services.AddSingleton<IStoreReader>(store);
        builder.Services.AddSingleton<IRowWriter>(store);
        builder.Services.AddSingleton(new AuditLog(store, new Lazy<IRowWriter>(store), TimeProvider.System));
        builder.Services.AddSingleton(CertificateAuthority.LoadOrCreate(directory, TimeProvider.System));
        builder.Services.AddSingleton(new LocalRoles(users ?? [], new Dictionary<string, string>(), log.CreateLogger("roles")));
        builder.Services.AddCollectorServer(endpoints, [], limits);
        var application = builder.Build();
        application.UseCollectorServer();
        application.MapGrpcService<Ingest>();
        application.MapGrpcService<Events>();
        application.MapGrpcService<Calls>();
        application.MapGrpcService<Registrations>();
        application.MapGrpcService<Entities>();
        application.MapGrpcService<Alerts>();
        application.MapGrpcService<Rules>();
        application.MapGrpcService<Lists>();
        application.MapGrpcService<Silences>();
        application.MapGrpcService<Sensors>();
        application.MapGrpcService<Admin>();
        map?.Invoke(application);
        await application.StartAsync();
        KestrelSetup.OpenSocket(endpoints.UnixSocket);
        return new(application, directory, store, log);
    }

    public GrpcChannel ConnectLocal() => RpcChannel.ForAddress(UnixAddress);

    public async Task<AccessToken> CreateTokenAsync(Role role, bool bearer = false, string name = "", params string[] groups)
    {
        using var channel = ConnectLocal();
        var response = await new AdminService.AdminServiceClient(channel).CreateTokenAsync(
            new CreateTokenRequest { Role = role, Bearer = bearer, Name = name, Groups = { groups } }, deadline: Soon);
        return AccessToken.Parse(response.Token);
    }

    public async Task<ClientIdentity> EnrolAsync(Role role, string name, params string[] groups)
    {
        var token = await CreateTokenAsync(role, groups: groups);
        return await EnrolmentClient.JoinAsync(TlsAddress, token, name, Soon);
    }

    public GrpcChannel Connect(ClientIdentity identity) => RpcChannel.ForAddress(TlsAddress, identity);

    public GrpcChannel Connect(AccessToken token) => RpcChannel.ForAddress(TlsAddress, token);

    /// <summary>Stops as the collector does.</summary>
    public async Task StopGracefullyAsync()
    {
        Assert.True(await Get<Drain>().RunAsync(TimeSpan.FromSeconds(10)));
        await _application.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        now.Cancel();
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private sealed class Ingest(Drain drain) : IngestService.IngestServiceBase
    {
        // Stays open until the sensor leaves or the collector stops; then the last acknowledgement is on its way out.
        public override async Task Connect(IAsyncStreamReader<SensorMessage> requestStream, IServerStreamWriter<CollectorMessage> responseStream, ServerCallContext context)
        {
            await responseStream.WriteAsync(new CollectorMessage { Welcome = new Welcome { CollectorId = context.GetCaller().Name } });
            try
            {
                while (await requestStream.MoveNext(drain.Token))
                {
                }
            }
            catch (OperationCanceledException) when (drain.IsDraining)
            {
                await responseStream.WriteAsync(new CollectorMessage { Ack = new Ack { Seq = 4711 } });
                throw new RpcException(new Status(StatusCode.Unavailable, "draining"));
            }

            throw new RpcException(new Status(StatusCode.Unimplemented, "No ingest here."));
        }
    }

    private sealed class Events : EventService.EventServiceBase;

    private sealed class Calls : CallService.CallServiceBase;

    private sealed class Registrations : RegistrationService.RegistrationServiceBase;

    private sealed class Entities : EntityService.EntityServiceBase;

    /// <summary>One alert, open first and then counted up, and what was done to it.</summary>
    private sealed class Alerts : AlertService.AlertServiceBase
    {
        public override async Task WatchAlerts(WatchAlertsRequest request, IServerStreamWriter<WatchAlertsResponse> responseStream, ServerCallContext context)
        {
            var alert = new Alert { AlertId = "a1", Title = "Brute force", Level = AlertLevel.High, Status = AlertStatus.Active, SourceIp = "203.0.113.7", Count = 8, Revision = 3 };
            await responseStream.WriteAsync(new WatchAlertsResponse { Alert = alert });
            await responseStream.WriteAsync(new WatchAlertsResponse { CaughtUp = true });
            alert.Count = 9;
            await responseStream.WriteAsync(new WatchAlertsResponse { Alert = alert, Change = "count" });
        }

        public override Task<UpdateAlertResponse> UpdateAlert(UpdateAlertRequest request, ServerCallContext context) =>
            Task.FromResult(new UpdateAlertResponse { Alert = new Alert { AlertId = request.AlertId, Status = request.Status, StatusBy = context.GetCaller().Name, Note = request.Note } });
    }

    private sealed class Rules : RuleService.RuleServiceBase;

    private sealed class Lists : ListService.ListServiceBase;

    private sealed class Silences : SilenceService.SilenceServiceBase;

    private sealed class Sensors : SensorService.SensorServiceBase;

    private sealed class Admin(SecurityAdministration administration) : AdminService.AdminServiceBase
    {
        public override Task<WhoAmIResponse> WhoAmI(WhoAmIRequest request, ServerCallContext context) =>
            Task.FromResult(SecurityAdministration.WhoAmI(context.GetCaller()));

        public override Task<CreateTokenResponse> CreateToken(CreateTokenRequest request, ServerCallContext context) =>
            administration.CreateTokenAsync(request, context.GetCaller());

        public override async Task<RevokeTokenResponse> RevokeToken(RevokeTokenRequest request, ServerCallContext context)
        {
            await administration.RevokeTokenAsync(request, context.GetCaller());
            return new RevokeTokenResponse();
        }

        public override Task<RevokeCertificateResponse> RevokeCertificate(RevokeCertificateRequest request, ServerCallContext context) =>
            administration.RevokeCertificateAsync(request, context.GetCaller());
    }
}

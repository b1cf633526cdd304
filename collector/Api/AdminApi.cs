using Grpc.Core;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.Collector.Storage.RocksDb;
using SensorNet.V1;

namespace SensorNet.Collector.Api;

/// <summary>How the collector is, who may use it, and what was changed.</summary>
internal sealed class AdminApi(CollectorStatus status, SecurityAdministration security, HostScopes scopes, EventStore store, AuditLog audit) : AdminService.AdminServiceBase
{
    public override Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context) => Task.FromResult(status.Get(scopes.Of(context)));

    public override Task<WhoAmIResponse> WhoAmI(WhoAmIRequest request, ServerCallContext context) =>
        Task.FromResult(SecurityAdministration.WhoAmI(context.GetCaller()));

    public override Task<CreateTokenResponse> CreateToken(CreateTokenRequest request, ServerCallContext context) =>
        security.CreateTokenAsync(request, context.GetCaller());

    public override Task<ListTokensResponse> ListTokens(ListTokensRequest request, ServerCallContext context) =>
        Task.FromResult(security.ListTokens(context.GetCaller()));

    public override async Task<RevokeTokenResponse> RevokeToken(RevokeTokenRequest request, ServerCallContext context)
    {
        await security.RevokeTokenAsync(request, context.GetCaller());
        return new RevokeTokenResponse();
    }

    public override Task<RevokeCertificateResponse> RevokeCertificate(RevokeCertificateRequest request, ServerCallContext context) =>
        security.RevokeCertificateAsync(request, context.GetCaller());

    public override async Task ListAudit(ListAuditRequest request, IServerStreamWriter<ListAuditResponse> responseStream, ServerCallContext context)
    {
        HostScopes.RequireAll(context);
        foreach (var response in security.ListAudit(request))
        {
            await responseStream.WriteAsync(response, context.CancellationToken);
        }
    }

    public override async Task<BackupResponse> Backup(BackupRequest request, ServerCallContext context)
    {
        HostScopes.RequireAll(context);
        if (!Path.IsPathFullyQualified(request.Directory))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "name a new directory on the collector's host by its full path"));
        }

        long size;
        try
        {
            size = await Task.Run(() => store.Backup(request.Directory), context.CancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or RocksDbException)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, e.Message));
        }

        var caller = context.GetCaller();
        await audit.WriteAsync(caller.Name, caller.Source, new Audit { ClassName = "store", ObjectId = request.Directory, Operation = "backup", After = $"bytes={size}" });
        return new BackupResponse { Bytes = (ulong)size };
    }
}

using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SensorNet.Rpc.Server;
using SensorNet.V1;

namespace SensorNet.Collector.Security;

/// <summary>
/// Lets a call through to its handler, or answers it at once, before any of its body is read. Stands between routing
/// and the endpoints.
/// </summary>
internal sealed class RoleGate(
    RequestDelegate next,
    CallerResolver resolver,
    LiveCredentials live,
    AuditLog audit,
    AccessLimits limits,
    ILogger<RoleGate> logger)
{
    private readonly MessageLimit _anonymousLimit = new(limits.AnonymousMessageSize);

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not { } metadata)
        {
            // No such method: the endpoint says so, to anybody.
            await next(http);
            return;
        }

        var method = metadata.Method.FullName;
        if (MethodAccess.Find(method) is not { } access)
        {
            logger.LogError("{Method} is served but stands in no table of roles: nobody may call it", method);
            CallRefusal.Answer(http, new Status(StatusCode.PermissionDenied, $"{method} may be called by nobody."));
            return;
        }

        var (caller, failure) = resolver.Resolve(http);
        if (access != Access.Anonymous && Judge(caller, failure, access, method) is { } refusal)
        {
            CallRefusal.Answer(http, refusal);
            return;
        }

        if (caller is null)
        {
            http.Features.Set(_anonymousLimit);
            await next(http);
            return;
        }

        http.Features.Set(caller);
        NoteLogin(http, caller, access);
        var limit = caller.Role == Role.Sensor ? limits.CallsPerSensor : limits.CallsPerCaller;
        var credential = caller.Kind == CallerKind.Bearer ? LiveCredentials.OfToken(caller.Serial) : $"calls/{caller.Kind}/{caller.Name}";
        using var open = live.TryOpen(credential, limit, http.Abort);
        if (open is null)
        {
            CallRefusal.Answer(http, new Status(StatusCode.ResourceExhausted, $"More than {limit} calls of {caller.Name} at once."));
            return;
        }

        await next(http);
    }

    private Status? Judge(Caller? caller, Status? failure, Access access, string method)
    {
        if (failure is not null)
        {
            return failure;
        }

        if (caller is null)
        {
            return new Status(StatusCode.Unauthenticated, "This call needs a certificate or a bearer token; on the collector's own host, the unix socket.");
        }

        if (caller.May(access))
        {
            return null;
        }

        logger.LogWarning("Refused {Method} to {Caller} ({Role}, {Source})", method, caller.Name, RoleNames.Of(caller.Role), caller.Source);
        return new Status(StatusCode.PermissionDenied, $"{method} needs the role {Word(access)}; {caller.Name} is {RoleNames.Of(caller.Role)}.");
    }

    private static string Word(Access access) => access switch
    {
        Access.Certificate => "of a certificate's holder",
        Access.Sensor => "sensor",
        Access.Viewer => "viewer",
        Access.Operator => "operator",
        _ => "admin",
    };

    // Health checks come every few seconds and are nobody's session.
    private void NoteLogin(HttpContext http, Caller caller, Access access)
    {
        if (access != Access.Authenticated && http.Features.Get<ConnectionSession>() is { } session && session.LogIn(caller))
        {
            audit.Post(caller.Name, caller.Source, SessionAudit.Of(caller, "login"), logger);
        }
    }
}

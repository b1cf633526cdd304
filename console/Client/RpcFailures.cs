using System.Net.Sockets;
using Grpc.Core;
using SensorNet.Console.Tui;

namespace SensorNet.Console.Client;

/// <summary>Turns a gRPC status into a sentence that says what failed, where, and how to mend it.</summary>
internal static class RpcFailures
{
    public static CollectorException Explain(RpcException e, ConnectionSettings settings, TlsTrust trust)
    {
        var detail = SafeText.Clean(e.Status.Detail).TrimEnd('.');
        var where = settings.Collector;
        return e.StatusCode switch
        {
            StatusCode.Unavailable when trust is { Refusal: { } unknown, IsStranger: true } => new(
                CollectorFailure.NotAuthenticated, $"You have not enrolled at the collector at {where} yet: {SafeText.Clean(unknown)}.", e),
            StatusCode.Unavailable when trust.Refusal is { } refusal => new(
                CollectorFailure.WrongCollector, $"The collector at {where} is not the one it should be: {SafeText.Clean(refusal)}.", e),
            StatusCode.Unavailable => new(
                settings.IsUnixSocket && Probe(settings.UnixSocketPath) == SocketError.AccessDenied ? CollectorFailure.NoPermission : CollectorFailure.Unreachable,
                Unreachable(settings, detail),
                e),
            StatusCode.DeadlineExceeded => new(CollectorFailure.TimedOut, $"The collector at {where} did not answer in time.", e),
            StatusCode.Unauthenticated => new(
                CollectorFailure.NotAuthenticated,
                $"The collector at {where} does not know you ({detail}). Give it your certificate (--cert, --key), a token (--token-file), or run 'sensornet login'.",
                e),
            StatusCode.PermissionDenied => new(
                CollectorFailure.NotAllowed, $"Not allowed: {detail[(detail.StartsWith('/') ? detail.LastIndexOf('/') + 1 : 0)..]}. 'sensornet status' shows your role.", e),
            StatusCode.NotFound => new(CollectorFailure.NotFound, $"Not found: {detail}.", e),
            StatusCode.Aborted or StatusCode.AlreadyExists or StatusCode.FailedPrecondition => new(
                CollectorFailure.Conflict, $"Not done: {detail}.", e),
            StatusCode.InvalidArgument or StatusCode.OutOfRange => new(CollectorFailure.Invalid, $"The collector cannot use this: {detail}.", e),
            StatusCode.Unimplemented => new(CollectorFailure.NotOffered, $"The collector at {where} does not offer this ({detail}).", e),
            _ => new(CollectorFailure.Internal, $"The collector at {where} failed: {detail} ({e.StatusCode}).", e),
        };
    }

    private static string Unreachable(ConnectionSettings settings, string detail)
    {
        const string remedy = "Start one with 'sensornet-collector run', or name another with --collector or $SENSORNET_COLLECTOR";
        if (!settings.IsUnixSocket)
        {
            return $"No collector answers at {settings.Collector} ({detail}). {remedy}.";
        }

        var path = settings.UnixSocketPath;
        return Probe(path) switch
        {
            SocketError.AccessDenied =>
                $"You may not open the collector's socket {path}. Use an account of its group (see its owner with 'ls -l {path}'), or run 'sensornet login'.",
            SocketError.AddressNotAvailable or SocketError.HostNotFound => $"No collector runs here: there is no socket {path}. {remedy}.",
            SocketError.ConnectionRefused => $"No collector runs here: nobody listens at the socket {path}. {remedy}.",
            SocketError.Success => $"The connection to the collector at {settings.Collector} broke ({detail}).",
            _ => $"The collector at {settings.Collector} cannot be reached ({detail}). {remedy}.",
        };
    }

    // The status text of the transport differs between platforms; the socket itself says why.
    private static SocketError Probe(string path)
    {
        try
        {
            if (!File.Exists(path) && !Path.Exists(path))
            {
                return SocketError.HostNotFound;
            }

            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
        catch (ArgumentException)
        {
            // The path is longer than a socket's can be.
            return SocketError.InvalidArgument;
        }
    }
}

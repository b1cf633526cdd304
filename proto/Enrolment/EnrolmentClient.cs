using Google.Protobuf;
using Grpc.Core;
using SensorNet.Rpc;
using SensorNet.V1;

namespace SensorNet.Proto.Enrolment;

/// <summary>Obtains and renews a certificate, for sensors and consoles alike.</summary>
public static class EnrolmentClient
{
    /// <summary>
    /// Spends an enrolment token: connects to the collector that the token pins, proves possession of a new key and
    /// returns the identity. Nothing is stored: <see cref="ClientIdentity.Save"/> does that.
    /// </summary>
    /// <param name="address"><c>host:port</c> or <c>https://host:port</c>.</param>
    /// <param name="token">An enrolment token.</param>
    /// <param name="name">The name asked for: <c>[a-z0-9][a-z0-9.-]{0,62}</c>.</param>
    /// <param name="deadline">UTC.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">UNAVAILABLE: not reached, or it is not the pinned collector; UNAUTHENTICATED: the
    /// token is unknown, spent or expired; INVALID_ARGUMENT: the name cannot be had.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The answer is not for this key or CA.</exception>
    public static async Task<ClientIdentity> JoinAsync(string address, AccessToken token, string name, DateTime deadline, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        using var request = new IdentityRequest(name);
        using var channel = RpcChannel.ForAddress(address, token);
        var client = new EnrolmentService.EnrolmentServiceClient(channel);
        var response = await client.JoinAsync(
            new JoinRequest { Token = token.Text, Csr = UnsafeByteOperations.UnsafeWrap(request.Der), Name = name },
            deadline: deadline,
            cancellationToken: cancellationToken).ConfigureAwait(false);
        return request.Complete(response.Certificate.ToByteArray(), response.CaCertificate.ToByteArray(), new AuthorityPin(token.Pin));
    }

    /// <summary>Gets a certificate for a new key over the one that is to be replaced; name and role stay.</summary>
    /// <param name="channel">A channel that shows the present identity.</param>
    /// <param name="identity">The present identity.</param>
    /// <param name="deadline">UTC.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ClientIdentity> RenewAsync(ChannelBase channel, ClientIdentity identity, DateTime deadline, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(identity);
        using var request = new IdentityRequest(identity.Id);
        var client = new EnrolmentService.EnrolmentServiceClient(channel);
        var response = await client.RenewAsync(
            new RenewRequest { Csr = UnsafeByteOperations.UnsafeWrap(request.Der) },
            deadline: deadline,
            cancellationToken: cancellationToken).ConfigureAwait(false);
        return request.Complete(response.Certificate.ToByteArray(), response.CaCertificate.ToByteArray(), new AuthorityPin(AuthorityPin.Of(identity.Authority)));
    }
}

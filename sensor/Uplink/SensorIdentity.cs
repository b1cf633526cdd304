using Grpc.Net.Client;
using SensorNet.Proto.Enrolment;
using SensorNet.Rpc;

namespace SensorNet.Sensor.Uplink;

/// <summary>
/// Who this sensor is to its collector: key, certificate and CA in <c>identity.pem</c> of the state directory, and the
/// address that it joined in <c>collector</c>. Reads the newest file for every channel, so that a renewal counts at the
/// next connection.
/// </summary>
internal sealed class SensorIdentity(string stateDirectory)
{
    private const string IdentityFile = "identity.pem";
    private const string CollectorFile = "collector";
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(20);

    public string Path { get; } = System.IO.Path.Combine(stateDirectory, IdentityFile);

    /// <summary>The address given to <c>join</c>; null before it.</summary>
    public string? JoinedCollector
    {
        get
        {
            var path = System.IO.Path.Combine(stateDirectory, CollectorFile);
            return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
        }
    }

    /// <summary>Whether the sensor has joined a collector.</summary>
    public bool Exists => File.Exists(Path);

    /// <summary>The name that the collector gave; null before joining, or when the file cannot be used.</summary>
    public string? Name
    {
        get
        {
            try
            {
                using var identity = Load();
                return identity?.Id;
            }
            catch (Exception unusable) when (unusable is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <exception cref="InvalidDataException">The file is damaged or open to others.</exception>
    public ClientIdentity? Load() => ClientIdentity.Load(Path);

    /// <summary>Keeps what a join gave.</summary>
    public void Save(ClientIdentity identity, string address)
    {
        identity.Save(Path);
        File.WriteAllText(System.IO.Path.Combine(stateDirectory, CollectorFile), address + "\n");
    }

    /// <summary>The collectors to connect to: those configured, else the one that was joined.</summary>
    public IReadOnlyList<CollectorEndpoint> Endpoints(IReadOnlyList<string> configured)
    {
        var texts = configured.Count > 0 ? configured : JoinedCollector is { } joined ? [joined] : [];
        var endpoints = new List<CollectorEndpoint>();
        foreach (var text in texts)
        {
            if (CollectorAddress.TryNormalize(text, out var address, out _))
            {
                endpoints.Add(new CollectorEndpoint(text, CollectorAddress.IsLocal(address), () => Open(address)));
            }
        }

        return endpoints;
    }

    /// <summary>Gets a new certificate when two thirds of the present one's life are over.</summary>
    /// <returns>The new certificate's end; null when it is not time yet.</returns>
    public async Task<DateTimeOffset?> RenewIfDueAsync(string text, TimeProvider time, CancellationToken cancellation)
    {
        using var identity = Load();
        if (identity is null || time.GetUtcNow() < identity.RenewAt || !CollectorAddress.TryNormalize(text, out var address, out _))
        {
            return null;
        }

        using var channel = Open(address);
        using var renewed = await EnrolmentClient.RenewAsync(channel, identity, DateTime.UtcNow + CallLimit, cancellation);
        renewed.Save(Path);
        return renewed.NotAfter;
    }

    private GrpcChannel Open(string address)
    {
        var options = new GrpcChannelOptions();
        if (!RpcChannel.IsUnix(address) && Load() is { } identity)
        {
            options.HttpHandler = identity.CreateHandler();
        }

        return RpcChannel.ForAddress(address, options);
    }
}

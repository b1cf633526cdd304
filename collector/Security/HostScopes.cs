using Grpc.Core;
using SensorNet.Collector.Detection;
using SensorNet.Collector.Sensors;
using SensorNet.V1;

namespace SensorNet.Collector.Security;

/// <summary>
/// Which hosts belong to which group. A sensor is in the groups that its enrolment token named; a host is where its
/// sensor is. Thread-safe.
/// </summary>
internal sealed class HostScopes(SecurityStore store, SensorDirectory sensors)
{
    /// <summary>Null when the caller may see everything.</summary>
    public HostScope? Of(Caller caller)
    {
        if (caller.Groups.Count == 0)
        {
            return null;
        }

        var inside = SensorGroups()
            .Where(sensor => sensor.Value.Any(caller.Groups.Contains))
            .Select(sensor => sensor.Key)
            .ToHashSet(StringComparer.Ordinal);
        var hosts = new HashSet<string>(StringComparer.Ordinal);
        var claimedOutside = new HashSet<string>(StringComparer.Ordinal);
        foreach (var sensor in sensors.List())
        {
            (inside.Contains(sensor.Id) ? hosts : claimedOutside).Add(sensor.Host);
        }

        // A sensor names its host itself: naming another group's host must not open that host to this group.
        hosts.ExceptWith(claimedOutside);
        return new HostScope(inside, hosts);
    }

    public HostScope? Of(ServerCallContext context) => Of(context.GetCaller());

    /// <summary>For what concerns all hosts at once.</summary>
    /// <exception cref="RpcException">PERMISSION_DENIED: the caller is confined to groups.</exception>
    public static void RequireAll(ServerCallContext context)
    {
        var caller = context.GetCaller();
        if (caller.Groups.Count > 0)
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"{context.Method} concerns all hosts; {caller.Name} is confined to {string.Join(", ", caller.Groups)}."));
        }
    }

    /// <summary>The sensor's groups, separated by commas; empty when it has none.</summary>
    public string GroupOf(string sensorId) => SensorGroups().TryGetValue(sensorId, out var groups) ? string.Join(",", groups) : "";

    /// <summary>Keeps the groups that enrichment reads as they are here, from now on.</summary>
    public void Feed(HostGroups groups)
    {
        groups.Use(SensorGroups());
        store.CertificatesChanged += () => groups.Use(SensorGroups());
    }

    // By the newest certificate of each name: a host that moves to another group is enrolled anew.
    private Dictionary<string, IReadOnlyList<string>> SensorGroups() => store.Certificates
        .Where(certificate => certificate.Role == Role.Sensor)
        .GroupBy(certificate => certificate.Name, StringComparer.Ordinal)
        .ToDictionary(
            group => group.Key,
            group => (IReadOnlyList<string>)group.MaxBy(certificate => certificate.Issued)!.Groups,
            StringComparer.Ordinal);
}

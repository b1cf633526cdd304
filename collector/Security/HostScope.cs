using SensorNet.V1;

namespace SensorNet.Collector.Security;

/// <summary>
/// The hosts that a caller is confined to, as they were when its call began. What cannot be told to be of these hosts is
/// not seen.
/// </summary>
/// <param name="sensors">Ids of the sensors in the caller's groups.</param>
/// <param name="hosts">Host names that these sensors report for, and no other sensor does.</param>
internal sealed class HostScope(IReadOnlySet<string> sensors, IReadOnlySet<string> hosts)
{
    /// <summary>An event of one of the sensors, or derived by the collector for one of the hosts.</summary>
    public bool Sees(Event e) => e.SensorId.Length > 0 ? sensors.Contains(e.SensorId) : SeesHost(e.Host);

    public bool Sees(Alert alert) => SeesHost(alert.Host);

    public bool Sees(CallRecord call) => sensors.Contains(call.SensorId);

    public bool Sees(Registration registration) => sensors.Contains(registration.SensorId);

    /// <summary>Only when all its hosts are the caller's: its counts are of all of them together.</summary>
    public bool Sees(Entity entity) => entity.Hosts.Count > 0 && entity.Hosts.All(hosts.Contains);

    public bool SeesSensor(string id) => sensors.Contains(id);

    public bool SeesHost(string host) => host.Length > 0 && hosts.Contains(host);
}

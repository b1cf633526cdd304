using System.Collections.Frozen;

namespace SensorNet.Collector.Detection;

/// <summary>The host groups of sensors, as enrichment reads them. Thread-safe.</summary>
internal sealed class HostGroups
{
    private volatile FrozenDictionary<string, string> _bySensor = FrozenDictionary<string, string>.Empty;

    public bool IsEmpty => _bySensor.Count == 0;

    /// <summary>The sensor's groups, separated by commas; empty when it has none.</summary>
    public string Of(string sensorId) => _bySensor.TryGetValue(sensorId, out var groups) ? groups : "";

    /// <summary>All of them anew, after a sensor was enrolled.</summary>
    public void Use(IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> bySensor) =>
        _bySensor = bySensor.Where(s => s.Value.Count > 0).ToFrozenDictionary(s => s.Key, s => string.Join(',', s.Value), StringComparer.Ordinal);
}

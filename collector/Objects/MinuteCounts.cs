using System.Runtime.InteropServices;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Objects;

/// <summary>What one minute of event time gained since it was last stored. Not thread-safe.</summary>
internal sealed class MinuteCounts
{
    private const int MaxValues = 1000;
    private const int MaxDistinct = 8192;
    private const int LongestValue = 100;

    private readonly Dictionary<EventType, ulong> types = [];
    private readonly Dictionary<string, ulong> sensors = [];
    private readonly Dictionary<string, ulong> hosts = [];
    private readonly Dictionary<string, ulong> methods = [];
    private readonly Dictionary<uint, ulong> statuses = [];
    private readonly ulong[] severities = new ulong[8];
    private readonly SpaceSaving<SourceAddress> sources = new(MaxDistinct);
    private readonly SpaceSaving<string> users = new(MaxDistinct);
    private ulong total;

    public void Add(Event e)
    {
        total++;
        CollectionsMarshal.GetValueRefOrAddDefault(types, e.Type, out _)++;
        severities[(int)e.Severity & 7]++;
        Count(sensors, e.SensorId);
        Count(hosts, e.Host);
        if (e.Sip is { } sip)
        {
            Count(methods, sip.Method);
            if (sip.StatusCode is > 0 and < 1000)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(statuses, sip.StatusCode, out _)++;
            }
        }

        if (SourceAddress.TryRead(e.SourceIp.Span, out var source))
        {
            sources.Add(source);
        }

        if (e.User.Length is > 0 and <= LongestValue)
        {
            users.Add(e.User);
        }
    }

    public IEnumerable<KeyValuePair<string, ulong>> Sources() => sources.Counts.Select(c => KeyValuePair.Create(c.Key.ToString(), c.Value));

    public IEnumerable<KeyValuePair<string, ulong>> Users() => users.Counts;

    /// <summary>The counts of every dimension but the top lists.</summary>
    public IEnumerable<(Dimension Dimension, string Value, ulong Count)> Counts()
    {
        yield return (Dimension.Total, "", total);
        foreach (var (type, count) in types)
        {
            yield return (Dimension.Type, EventTypes.Get(type).Name, count);
        }

        for (var i = 0; i < severities.Length; i++)
        {
            if (severities[i] > 0)
            {
                yield return (Dimension.Severity, ((Severity)i).ToString().ToLowerInvariant(), severities[i]);
            }
        }

        foreach (var (value, count) in sensors)
        {
            yield return (Dimension.Sensor, value, count);
        }

        foreach (var (value, count) in hosts)
        {
            yield return (Dimension.Host, value, count);
        }

        foreach (var (value, count) in methods)
        {
            yield return (Dimension.Method, value, count);
        }

        foreach (var (status, count) in statuses)
        {
            yield return (Dimension.Status, status.ToString(System.Globalization.CultureInfo.InvariantCulture), count);
        }
    }

    private static void Count(Dictionary<string, ulong> counts, string value)
    {
        if (value.Length is 0 or > LongestValue || (counts.Count >= MaxValues && !counts.ContainsKey(value)))
        {
            return;
        }

        CollectionsMarshal.GetValueRefOrAddDefault(counts, value, out _)++;
    }
}

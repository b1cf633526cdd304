using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Objects;

/// <summary>An entity while it is counted. Commit thread only.</summary>
internal sealed class EntityState
{
    private const int MaxHosts = 16;
    private const int MaxUserAgents = 8;
    private const int MaxAlerts = 20;
    private const int LongestText = 255;

    private readonly Dictionary<EventType, ulong> counts = [];
    private readonly List<string> hosts = [];
    private readonly List<string> userAgents = [];
    private readonly List<string> alerts = [];
    private long firstSeen;
    private long lastSeen;
    private ulong events;

    public EntityState(Entity? stored)
    {
        if (stored is null)
        {
            return;
        }

        firstSeen = stored.FirstSeen;
        lastSeen = stored.LastSeen;
        events = stored.Events;
        hosts.AddRange(stored.Hosts);
        userAgents.AddRange(stored.UserAgents);
        alerts.AddRange(stored.AlertIds);
        foreach (var (type, count) in stored.Counts)
        {
            counts[EventTypes.TryParse(type, out var info) ? info.Type : EventType.Unspecified] = count;
        }
    }

    public bool Changed { get; set; }

    public void Add(Event e)
    {
        Changed = true;
        events++;
        firstSeen = firstSeen == 0 ? e.EventTime : Math.Min(firstSeen, e.EventTime);
        lastSeen = Math.Max(lastSeen, e.EventTime);
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, e.Type, out _)++;
        Remember(hosts, e.Host, MaxHosts);
        Remember(userAgents, e.UserAgent, MaxUserAgents);
        if (e.Alert is { } alert)
        {
            if (alerts.Count == MaxAlerts)
            {
                alerts.RemoveAt(0);
            }

            Remember(alerts, alert.AlertId, MaxAlerts);
        }
    }

    public Entity ToEntity(string kind, string id)
    {
        var entity = new Entity { Kind = kind, Id = id, FirstSeen = firstSeen, LastSeen = lastSeen, Events = events, Hosts = { hosts }, UserAgents = { userAgents }, AlertIds = { alerts } };
        foreach (var (type, count) in counts)
        {
            entity.Counts[EventTypes.Get(type).Name] = count;
        }

        return entity;
    }

    private static void Remember(List<string> texts, string text, int limit)
    {
        if (text.Length is > 0 and <= LongestText && texts.Count < limit && !texts.Contains(text))
        {
            texts.Add(text);
        }
    }
}

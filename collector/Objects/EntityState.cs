using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Objects;

/// <summary>An entity while it is counted. Commit thread only.</summary>
internal sealed class EntityState
{
    private readonly EntityKind kind;
    private readonly string id;

    private const int MaxHosts = 16;
    private const int MaxUserAgents = 8;
    private const int MaxAlerts = 20;
    private const int LongestText = 255;

    // An entity has few types of events, and tens of thousands of entities are in memory: an array is found faster than a table.
    private (EventType Type, ulong Count)[] counts = new (EventType, ulong)[4];
    private int types;
    private readonly List<string> hosts = [];
    private readonly List<string> userAgents = [];
    private readonly List<string> alerts = [];
    private long firstSeen;
    private long lastSeen;
    private ulong events;
    private string country = "";
    private uint asn;

    /// <param name="kind">What it is.</param>
    /// <param name="id">As stored: in lower case.</param>
    /// <param name="stored">What was counted before; null for a new one.</param>
    public EntityState(EntityKind kind, string id, Entity? stored)
    {
        (this.kind, this.id) = (kind, id);
        if (stored is null)
        {
            return;
        }

        firstSeen = stored.FirstSeen;
        lastSeen = stored.LastSeen;
        events = stored.Events;
        (country, asn) = (stored.Country, stored.Asn);
        Position = stored.Position;
        hosts.AddRange(stored.Hosts);
        userAgents.AddRange(stored.UserAgents);
        alerts.AddRange(stored.AlertIds);
        foreach (var (type, count) in stored.Counts)
        {
            Add(EventTypes.TryParse(type, out var info) ? info.Type : EventType.Unspecified, count);
        }
    }

    public EntityKind Kind => kind;

    public string Id => id;

    /// <summary>The newest event that is counted. A row says it, so that no event is counted twice when events are seen again after a crash.</summary>
    public ulong Position { get; private set; }

    /// <summary>Whether the row lacks something.</summary>
    public bool Changed { get; set; }

    public void Add(ulong position, Event e)
    {
        Position = position;
        events++;
        firstSeen = firstSeen == 0 ? e.EventTime : Math.Min(firstSeen, e.EventTime);
        lastSeen = Math.Max(lastSeen, e.EventTime);
        Add(e.Type, 1);
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

    /// <summary>Where a source belongs, as far as the event knows.</summary>
    public void Locate(Enrichment? enrichment)
    {
        if (enrichment is { SourceCountry.Length: > 0 } or { SourceAsn: > 0 })
        {
            (country, asn) = (enrichment.SourceCountry, enrichment.SourceAsn);
        }
    }

    public Entity ToEntity()
    {
        var entity = new Entity { Kind = EntityStage.NameOf(kind), Id = id, Position = Position, FirstSeen = firstSeen, LastSeen = lastSeen, Events = events, Hosts = { hosts }, UserAgents = { userAgents }, AlertIds = { alerts }, Country = country, Asn = asn };
        foreach (var (type, count) in counts.AsSpan(0, types))
        {
            entity.Counts[EventTypes.Get(type).Name] = count;
        }

        return entity;
    }

    private void Add(EventType type, ulong count)
    {
        foreach (ref var known in counts.AsSpan(0, types))
        {
            if (known.Type == type)
            {
                known.Count += count;
                return;
            }
        }

        if (types == counts.Length)
        {
            Array.Resize(ref counts, types * 2);
        }

        counts[types++] = (type, count);
    }

    private static void Remember(List<string> texts, string text, int limit)
    {
        if (text.Length is 0 or > LongestText || texts.Count >= limit)
        {
            return;
        }

        foreach (var known in texts)
        {
            if (known == text)
            {
                return;
            }
        }

        texts.Add(text);
    }
}

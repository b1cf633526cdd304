using SensorNet.Collector.Query;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Objects;

/// <summary>Reads entities. Thread-safe. What happened in the last five seconds may be missing from the counts.</summary>
internal sealed class EntityReader(EventStore store)
{
    private const int DefaultLimit = 1000;
    private const int RecentEvents = 50;

    private static readonly string[] MachineEvents = ["vm.created", "vm.started", "vm.stopped", "vm.destroyed", "vm.error"];

    /// <summary>Entities of one kind (all kinds when it is empty) seen in the time asked for, best first by the order asked for.</summary>
    /// <exception cref="QueryException">The kind or the order is unknown.</exception>
    public IReadOnlyList<Entity> List(ListEntitiesRequest request)
    {
        byte[] prefix = request.Kind.Length == 0 ? [] : [(byte)ParseKind(request.Kind)];
        Func<Entity, ulong> rank = request.Order.ToLowerInvariant() switch
        {
            "" or "events" => e => e.Events,
            "failures" => FailuresOf,
            "last_seen" => e => (ulong)e.LastSeen,
            "first_seen" => e => ulong.MaxValue - (ulong)e.FirstSeen,
            _ => throw new QueryException($"Unknown order \"{request.Order}\"; use events, failures, last_seen or first_seen"),
        };
        var network = AddressRange.TryParse(request.Query, out var range) ? range : (AddressRange?)null;
        var limit = request.Limit == 0 ? DefaultLimit : (int)Math.Min(request.Limit, 100_000);

        // The best ones so far, worst on top.
        var best = new PriorityQueue<Entity, ulong>();
        foreach (var (_, value) in store.Scan(Table.Entities, prefix))
        {
            var entity = Entity.Parser.ParseFrom(value);
            if ((request.Time is { From: > 0 } from && entity.LastSeen < from.From)
                || (request.Time is { To: > 0 } to && entity.FirstSeen >= to.To)
                || (request.Query.Length > 0 && !Matches(entity, request.Query, network)))
            {
                continue;
            }

            best.Enqueue(entity, rank(entity));
            if (best.Count > limit)
            {
                best.Dequeue();
            }
        }

        var result = new Entity[best.Count];
        for (var i = result.Length - 1; i >= 0; i--)
        {
            result[i] = best.Dequeue();
        }

        return result;
    }

    /// <summary>The entity; null when it was never seen.</summary>
    /// <exception cref="QueryException">The kind is unknown.</exception>
    public Entity? Get(string kind, string id) =>
        store.Get(Table.Entities, EntityStage.KeyOf(ParseKind(kind), Normalise(kind, id))) is { } stored ? Entity.Parser.ParseFrom(stored) : null;

    /// <summary>What an entity did: counts of the time asked for (of always, without one) and its newest events.</summary>
    /// <exception cref="QueryException">The kind is unknown.</exception>
    public GetEntityActivityResponse Activity(GetEntityActivityRequest request)
    {
        var kind = ParseKind(request.Kind);
        var response = new GetEntityActivityResponse { Entity = Get(request.Kind, request.Id) ?? new Entity { Kind = EntityStage.NameOf(kind), Id = request.Id } };
        var field = kind switch
        {
            EntityKind.Source => "source.ip",
            EntityKind.User => "user.name",
            EntityKind.Aor => "user.aor",
            _ => "host.name",
        };
        var query = new EventQuery(store, CompiledQuery.FieldEquals(field, request.Id), request.Time ?? new TimeRange());
        var bounded = request.Time is { From: > 0 } or { To: > 0 };
        var counts = new Dictionary<string, ulong>();
        foreach (var stored in query.NewestFirst())
        {
            if (response.Recent.Count < RecentEvents)
            {
                response.Recent.Add(stored);
            }
            else if (!bounded)
            {
                break;
            }

            var type = Proto.EventTypes.Get(stored.Event.Type).Name;
            counts[type] = counts.GetValueOrDefault(type) + 1;
        }

        if (!bounded)
        {
            counts = new Dictionary<string, ulong>(response.Entity.Counts);
        }

        response.FailedAuthentications = Sum(counts, "sip.auth.failed", "pbx.auth.failed", "auth.failure", "sudo.failure");
        response.VmOperations = Sum(counts, MachineEvents);
        response.ActiveVms = CountRunning(CompiledQuery.FieldEquals(field, request.Id), request.Time ?? new TimeRange());
        response.Calls = Sum(counts, "sip.call.start", "sip.call.attempt");
        return response;
    }

    private ulong CountRunning(CompiledQuery entity, TimeRange time)
    {
        var running = new Dictionary<string, bool>();
        var machines = MachineEvents.Select(t => CompiledQuery.FieldEquals("event.type", t)).Aggregate((a, b) => a.Or(b));
        foreach (var stored in new EventQuery(store, machines.And(entity), time).NewestFirst())
        {
            running.TryAdd(stored.Event.VmId, stored.Event.Type == EventType.VmStarted);
        }

        return (ulong)running.Count(m => m.Value);
    }

    private static ulong Sum(Dictionary<string, ulong> counts, params ReadOnlySpan<string> types)
    {
        ulong sum = 0;
        foreach (var type in types)
        {
            sum += counts.GetValueOrDefault(type);
        }

        return sum;
    }

    private static ulong FailuresOf(Entity entity)
    {
        ulong sum = 0;
        foreach (var type in Proto.EventTypes.Failures)
        {
            sum += entity.Counts.TryGetValue(type, out var count) ? count : 0;
        }

        return sum;
    }

    private static bool Matches(Entity entity, string query, AddressRange? network) =>
        network is { } range && System.Net.IPAddress.TryParse(entity.Id, out var address)
            ? range.Contains(address.GetAddressBytes())
            : entity.Id.Contains(query, StringComparison.OrdinalIgnoreCase) || entity.UserAgents.Any(u => u.Contains(query, StringComparison.OrdinalIgnoreCase));

    private static EntityKind ParseKind(string kind) =>
        Enum.TryParse<EntityKind>(kind, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed) && !char.IsAsciiDigit(kind[0])
            ? parsed
            : throw new QueryException($"Unknown kind of entity \"{kind}\"; use source, user, aor or host");

    private static string Normalise(string kind, string id) =>
        ParseKind(kind) == EntityKind.Source && System.Net.IPAddress.TryParse(id, out var address)
            ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString()
            : id.ToLowerInvariant();
}

using System.Text;
using Google.Protobuf;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Objects;

/// <summary>
/// Counts what every source, user, AoR and host did. Changes are held back for some seconds and stored together.
/// Commit thread only; readers see what is stored.
/// </summary>
/// <remarks>Table Entities: kind u8, id in UTF-8 -> Entity. Of a flood of forged sources, only the first of every minute get a row.</remarks>
internal sealed class EntityStage : ICommitStage
{
    /// <summary>Rows that may be made in one minute of the collector's clock; the rest is counted in <see cref="Refused"/>.</summary>
    public const int MaxNewPerMinute = 20_000;

    private const int MaxCached = 50_000;
    private const int LongestId = 255;
    private const long Minute = 60_000_000_000;

    private readonly IStoreReader store;
    private readonly StageCursor cursor;
    private readonly Dictionary<SourceAddress, (string Id, EntityState State)> sources = [];
    private readonly Dictionary<string, EntityState>[] texts = [[], [], []];
    private int heldBack;
    private int madeThisMinute;
    private long minute;
    private long refused;

    public EntityStage(IStoreReader store)
    {
        this.store = store;
        cursor = new StageCursor(store, "entities");
        foreach (var stored in store.ReadAfter(cursor.Position))
        {
            Apply(stored.Position, stored.Event, stored.Event.IngestTime);
        }
    }

    /// <summary>Entities that got no row.</summary>
    public long Refused => Interlocked.Read(ref refused);

    public void OnEvent(ulong position, Event e, ICommit commit) => Apply(position, e, commit.IngestTime);

    public void OnBatchEnd(ICommit commit)
    {
        if (!cursor.IsDue(commit.IngestTime, heldBack))
        {
            return;
        }

        foreach (var (_, (id, state)) in sources)
        {
            Store(commit, EntityKind.Source, id, state);
        }

        for (var i = 0; i < texts.Length; i++)
        {
            foreach (var (id, state) in texts[i])
            {
                Store(commit, EntityKind.User + (byte)i, id, state);
            }

            if (texts[i].Count > MaxCached)
            {
                texts[i].Clear();
            }
        }

        if (sources.Count > MaxCached)
        {
            sources.Clear();
        }

        heldBack = 0;
        cursor.Store(commit);
    }

    public void OnDurable()
    {
    }

    /// <summary>An entity's key. Ids of users, AoRs and hosts are stored in lower case.</summary>
    public static byte[] KeyOf(EntityKind kind, string id)
    {
        var key = new byte[1 + Encoding.UTF8.GetByteCount(id)];
        key[0] = (byte)kind;
        Encoding.UTF8.GetBytes(id, key.AsSpan(1));
        return key;
    }

    public static string NameOf(EntityKind kind) => kind.ToString().ToLowerInvariant();

    private static void Store(ICommit commit, EntityKind kind, string id, EntityState state)
    {
        if (state.Changed)
        {
            state.Changed = false;
            commit.Put(Table.Entities, KeyOf(kind, id), state.ToEntity(NameOf(kind), id).ToByteArray());
        }
    }

    private void Apply(ulong position, Event e, long now)
    {
        cursor.Advance(position);
        AddSource(e, now);
        AddText(EntityKind.User, e.User, e, now);
        AddText(EntityKind.Aor, e.Aor, e, now);
        AddText(EntityKind.Host, e.Host, e, now);
    }

    private void AddSource(Event e, long now)
    {
        if (!SourceAddress.TryRead(e.SourceIp.Span, out var key))
        {
            return;
        }

        if (!sources.TryGetValue(key, out var source))
        {
            var id = key.ToString();
            if (Load(EntityKind.Source, id, now) is not { } state)
            {
                return;
            }

            sources[key] = source = (id, state);
        }

        Count(source.State, e);
        source.State.Locate(e.Enrichment);
    }

    private void AddText(EntityKind kind, string id, Event e, long now)
    {
        if (id.Length is 0 or > LongestId)
        {
            return;
        }

        var cache = texts[kind - EntityKind.User];
        if (!cache.TryGetValue(id, out var state))
        {
            var lower = id.ToLowerInvariant();
            if (!cache.TryGetValue(lower, out state))
            {
                state = Load(kind, lower, now);
                if (state is null)
                {
                    return;
                }

                cache[lower] = state;
            }
        }

        Count(state, e);
    }

    private void Count(EntityState state, Event e)
    {
        if (!state.Changed)
        {
            heldBack++;
        }

        state.Add(e);
    }

    private EntityState? Load(EntityKind kind, string id, long now)
    {
        if (store.Get(Table.Entities, KeyOf(kind, id)) is { } stored)
        {
            return new EntityState(Entity.Parser.ParseFrom(stored));
        }

        if (now / Minute != minute)
        {
            minute = now / Minute;
            madeThisMinute = 0;
        }

        if (madeThisMinute >= MaxNewPerMinute)
        {
            Interlocked.Increment(ref refused);
            return null;
        }

        madeThisMinute++;
        return new EntityState(null);
    }
}

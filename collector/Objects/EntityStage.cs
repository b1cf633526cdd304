using System.Text;
using Google.Protobuf;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Objects;

/// <summary>
/// Counts what every source, user, AoR and host did. A change is held back for two seconds, and the rows are stored a few
/// with every batch, the longest held back first: all of them at once would hold up the events that come meanwhile.
/// Commit thread only; readers see what is stored.
/// </summary>
/// <remarks>
/// Table Entities: kind u8, id in UTF-8 -> Entity. Of a flood of forged sources, only the first of every minute get a row.
/// Meta has where to begin again after a crash: behind it is every event that some row lacks, and a row tells which events it has.
/// </remarks>
internal sealed class EntityStage : ICommitStage
{
    /// <summary>Rows that may be made in one minute of the collector's clock; the rest is counted in <see cref="Refused"/>.</summary>
    public const int MaxNewPerMinute = 20_000;

    private const int MaxCached = 50_000;
    private const int LongestId = 255;
    private const long Minute = 60_000_000_000;
    private const long HoldFor = 2_000_000_000;

    /// <summary>So long once no events come.</summary>
    private const long HoldIdle = 500_000_000;

    private const int IdleRows = 4096;
    private const int LeastRows = 64;

    /// <summary>Of the rows held back, at most one in so many is stored with a batch; it bounds what is held back to so many batches' changes.</summary>
    private const int RowShare = 16;

    private readonly IStoreReader store;
    private readonly StageCursor cursor;
    private readonly Dictionary<SourceAddress, EntityState> sources = [];
    private readonly Dictionary<string, EntityState>[] texts = [[], [], []];

    // In the order of their first change since they were stored.
    private readonly Queue<HeldBack> heldBack = new();
    private ulong last;
    private ulong lastBatch;
    private int madeThisMinute;
    private long minute;
    private long refused;

    public EntityStage(IStoreReader store)
    {
        this.store = store;
        cursor = new StageCursor(store, "entities");
        last = lastBatch = cursor.Position;
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
        var (hold, most) = last == lastBatch ? (HoldIdle, IdleRows) : (HoldFor, LeastRows + (heldBack.Count / RowShare));
        lastBatch = last;
        var rows = 0;
        while (heldBack.TryPeek(out var next) && (commit.IsLast || (rows < most && (commit.IngestTime - next.Since >= hold || commit.IngestTime < next.Since))))
        {
            heldBack.Dequeue();
            Store(next, commit);
            rows++;
        }

        if (rows > 0)
        {
            cursor.Store(commit, heldBack.TryPeek(out var oldest) ? oldest.Before : last);
        }
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

    private void Store(HeldBack held, ICommit commit)
    {
        var state = held.State;
        state.Changed = false;
        commit.Put(Table.Entities, KeyOf(state.Kind, state.Id), state.ToEntity().ToByteArray());
        if (state.Kind == EntityKind.Source)
        {
            if (sources.Count > MaxCached)
            {
                sources.Remove(held.Source);
            }
        }
        else if (texts[state.Kind - EntityKind.User] is { Count: > MaxCached } cache)
        {
            cache.Remove(state.Id);
        }
    }

    private void Apply(ulong position, Event e, long now)
    {
        AddSource(position, e, now);
        AddText(EntityKind.User, e.User, position, e, now);
        AddText(EntityKind.Aor, e.Aor, position, e, now);
        AddText(EntityKind.Host, e.Host, position, e, now);
        last = position;
    }

    private void AddSource(ulong position, Event e, long now)
    {
        if (!SourceAddress.TryRead(e.SourceIp.Span, out var key))
        {
            return;
        }

        if (!sources.TryGetValue(key, out var state))
        {
            state = Load(EntityKind.Source, key.ToString(), now);
            if (state is null)
            {
                return;
            }

            sources[key] = state;
        }

        if (Count(state, key, position, e, now))
        {
            state.Locate(e.Enrichment);
        }
    }

    private void AddText(EntityKind kind, string id, ulong position, Event e, long now)
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

        Count(state, default, position, e, now);
    }

    /// <summary>Counts an event unless the row has it already.</summary>
    private bool Count(EntityState state, SourceAddress source, ulong position, Event e, long now)
    {
        if (position <= state.Position)
        {
            return false;
        }

        if (!state.Changed)
        {
            state.Changed = true;
            heldBack.Enqueue(new HeldBack(state, source, last, now));
        }

        state.Add(position, e);
        return true;
    }

    private EntityState? Load(EntityKind kind, string id, long now)
    {
        if (store.Get(Table.Entities, KeyOf(kind, id)) is { } stored)
        {
            return new EntityState(kind, id, Entity.Parser.ParseFrom(stored));
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
        return new EntityState(kind, id, null);
    }

    /// <summary>A change that is not stored yet.</summary>
    /// <param name="State">What changed.</param>
    /// <param name="Source">Its address, if it is a source.</param>
    /// <param name="Before">The last event that every row held back from here on has seen.</param>
    /// <param name="Since">The batch's time of the change.</param>
    private readonly record struct HeldBack(EntityState State, SourceAddress Source, ulong Before, long Since);
}

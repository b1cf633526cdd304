using System.Text;
using Google.Protobuf;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>
/// What is not to be told: silences of operators (rows <c>silence/ID</c> of <see cref="Table.Detection"/>) and those of
/// the overlay files. Changes happen on the commit thread; reading is thread-safe.
/// </summary>
internal sealed class SilenceBook(AuditLog audit)
{
    private const string Prefix = "silence/";
    private const int Most = 10_000;
    private const long Second = 1_000_000_000;
    private const long Longest = 366L * 86400 * Second;
    private const long KeptAfter = 30L * 86400 * Second;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SilenceMatcher> _own = new(StringComparer.Ordinal);
    private volatile SilenceMatcher[] _all = [];
    private IReadOnlyList<SilenceMatcher> _overlay = [];
    private uint _next;

    /// <summary>Firings that a silence kept from becoming an alert.</summary>
    public long Silenced { get; private set; }

    public void UseOverlay(IReadOnlyList<SilenceMatcher> silences)
    {
        lock (_lock)
        {
            _overlay = silences;
            Rebuild();
        }
    }

    public void Restore(IStoreReader store)
    {
        lock (_lock)
        {
            foreach (var (_, value) in store.Scan(Table.Detection, Encoding.UTF8.GetBytes(Prefix)))
            {
                if (SilenceMatcher.Create(Silence.Parser.ParseFrom(value), out _) is { } matcher)
                {
                    _own[matcher.Silence.Id] = matcher;
                }
            }

            Rebuild();
        }
    }

    /// <summary>Whether a silence covers the alert; counted. On the commit thread.</summary>
    public bool Covers(Alert alert, long now)
    {
        foreach (var silence in _all)
        {
            if (silence.Covers(alert, now))
            {
                silence.Silenced++;
                Silenced++;
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether news of an alert that is open already is covered; not counted.</summary>
    public bool Mutes(Alert alert, long now)
    {
        foreach (var silence in _all)
        {
            if (silence.Covers(alert, now))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Those that end first come first.</summary>
    public IReadOnlyList<Silence> List(bool includeExpired, long now) =>
        [.. _all.Where(s => includeExpired || !s.IsOver(now)).Select(s => s.Describe()).OrderBy(s => s.Expires)];

    public Silence? Find(string id)
    {
        lock (_lock)
        {
            return _own.TryGetValue(id, out var silence) ? silence.Describe() : _overlay.FirstOrDefault(s => s.Silence.Id == id)?.Describe();
        }
    }

    /// <summary>Adds a silence. On the commit thread.</summary>
    /// <exception cref="ChangeRefusedException">It cannot be used; the message says why.</exception>
    public Silence Add(AddSilenceRequest request, string actor, string source, ICommit commit)
    {
        var silence = (request.Silence ?? new Silence()).Clone();
        var now = commit.IngestTime;
        var starts = Math.Max(now, silence.Starts);
        if (request.DurationS > 0)
        {
            silence.Expires = request.DurationS > Longest / Second ? long.MaxValue : starts + ((long)request.DurationS * Second);
        }

        if (silence.Expires <= starts)
        {
            throw new ChangeRefusedException(Refusal.Invalid, "a silence needs an end in the future: give `expires` or `duration_s`");
        }

        if (silence.Expires - starts > Longest)
        {
            throw new ChangeRefusedException(Refusal.Invalid, "a silence lasts at most 366 days; a rule that is never wanted is disabled");
        }

        if (silence.Reason.Trim().Length == 0)
        {
            throw new ChangeRefusedException(Refusal.Invalid, "a silence needs a reason: others have to know why nothing is told");
        }

        silence.CreatedBy = actor;
        silence.Created = now;
        silence.File = "";
        silence.Silenced = 0;
        lock (_lock)
        {
            if (_own.Count >= Most)
            {
                throw new ChangeRefusedException(Refusal.Invalid, $"there are {Most} silences already");
            }

            silence.Id = NextId(now);
            var matcher = SilenceMatcher.Create(silence, out var error) ?? throw new ChangeRefusedException(Refusal.Invalid, error);
            _own[silence.Id] = matcher;
            Forget(now, commit);
            Rebuild();
        }

        commit.Put(Table.Detection, KeyOf(silence.Id), silence.ToByteArray());
        audit.Put(commit, actor, source, new Audit { ClassName = "silence", ObjectId = silence.Id, Operation = "insert", After = Text(silence) });
        return silence;
    }

    /// <summary>Ends a silence of an operator now. On the commit thread.</summary>
    /// <exception cref="ChangeRefusedException">There is none, or it stands in a file.</exception>
    public Silence Remove(string id, string reason, string actor, string source, ICommit commit)
    {
        lock (_lock)
        {
            if (!_own.Remove(id, out var matcher))
            {
                throw _overlay.FirstOrDefault(s => s.Silence.Id == id) is { } written
                    ? new ChangeRefusedException(Refusal.Invalid, $"this silence stands in {written.Silence.File}: take it out there and reload")
                    : new ChangeRefusedException(Refusal.NotFound, $"there is no silence '{id}'");
            }

            Rebuild();
            commit.Delete(Table.Detection, KeyOf(id));
            audit.Put(commit, actor, source, new Audit
            {
                ClassName = "silence",
                ObjectId = id,
                Operation = "delete",
                Before = Text(matcher.Silence),
                After = reason.Length > 0 ? $"reason={reason}" : "",
            });
            return matcher.Describe();
        }
    }

    // Short enough to type; unique because the second and the count are.
    private string NextId(long now) => $"s{now / Second:x}{++_next:x}";

    private void Forget(long now, ICommit commit)
    {
        foreach (var id in _own.Where(s => now - s.Value.Silence.Expires > KeptAfter).Select(s => s.Key).ToList())
        {
            _own.Remove(id);
            commit.Delete(Table.Detection, KeyOf(id));
        }
    }

    private void Rebuild() => _all = [.. _own.Values, .. _overlay];

    private static byte[] KeyOf(string id) => Encoding.UTF8.GetBytes(Prefix + id);

    private static string Text(Silence silence)
    {
        var shown = silence.Clone();
        shown.Id = "";
        shown.CreatedBy = "";
        shown.Created = 0;
        return shown.ToString();
    }
}

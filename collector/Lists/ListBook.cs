using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Lists;

/// <summary>
/// All named lists: what the configuration and the overlay files say, and the entries of operators (rows <c>list/NAME/VALUE</c>
/// of <see cref="Table.Detection"/>), which expire. Changes happen on the commit thread; reading is thread-safe.
/// </summary>
internal sealed class ListBook : ICommitStage
{
    public const int MostEntries = 100_000;
    public const string Console = "console";
    private const string Prefix = "list/";
    private const string Configuration = "configuration";

    private readonly Lock _lock = new();
    private readonly AuditLog _audit;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _configured;
    private readonly ConcurrentDictionary<string, NamedValues> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Dictionary<string, ListEntry>> _own = new(StringComparer.OrdinalIgnoreCase);
    private IReadOnlyDictionary<string, IReadOnlyList<string>> _overlay = new Dictionary<string, IReadOnlyList<string>>();
    private readonly List<(ListEntry Entry, bool Blocked, string Actor)> _told = [];
    private long _nextExpiry = long.MaxValue;

    /// <param name="audit">Where changes are recorded.</param>
    /// <param name="configured">Lists of the configuration.</param>
    public ListBook(AuditLog audit, IReadOnlyDictionary<string, IReadOnlyList<string>> configured)
    {
        _audit = audit;
        _configured = configured;
        foreach (var known in KnownList.All)
        {
            Of(known.Name);
        }
    }

    /// <summary>An entry of <see cref="KnownList.Blocked"/> came (true) or went, and that is durable. Called on the commit thread.</summary>
    public event Action<ListEntry, bool, string>? BlockChanged;

    /// <summary>When the next entry expires, nanoseconds of the collector's clock; <see cref="long.MaxValue"/>: none does.</summary>
    public long NextExpiry => Interlocked.Read(ref _nextExpiry);

    public bool Exists(string name)
    {
        lock (_lock)
        {
            return KnownList.All.Any(l => l.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) || _configured.ContainsKey(name) || _overlay.ContainsKey(name) || _own.ContainsKey(name);
        }
    }

    public NamedValues Of(string name) => _values.GetOrAdd(name, n => new NamedValues(n.ToLowerInvariant(), KnownList.KindOf(n.ToLowerInvariant())));

    /// <summary>The lists of the overlay files, as read now.</summary>
    public void UseOverlay(IReadOnlyDictionary<string, IReadOnlyList<string>> lists)
    {
        lock (_lock)
        {
            var former = _overlay;
            _overlay = lists;
            foreach (var name in former.Keys.Concat(lists.Keys).Concat(_configured.Keys).Distinct(StringComparer.OrdinalIgnoreCase))
            {
                Rebuild(name);
            }
        }
    }

    /// <summary>Reads the entries of operators.</summary>
    public void Restore(IStoreReader store)
    {
        lock (_lock)
        {
            foreach (var (_, value) in store.Scan(Table.Detection, Encoding.UTF8.GetBytes(Prefix)))
            {
                var entry = ListEntry.Parser.ParseFrom(value);
                OwnOf(entry.List)[entry.Value] = entry;
            }

            foreach (var name in _own.Keys)
            {
                Rebuild(name);
            }

            FindNextExpiry();
        }
    }

    public IReadOnlyList<NamedList> Lists()
    {
        lock (_lock)
        {
            var names = KnownList.All.Select(l => l.Name).Concat(_configured.Keys).Concat(_overlay.Keys).Concat(_own.Where(l => l.Value.Count > 0).Select(l => l.Key));
            return [.. names.Select(n => n.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal).Select(Describe)];
        }
    }

    /// <summary>The entries of a list, or of all; in the order of their values.</summary>
    /// <exception cref="ChangeRefusedException">There is no such list.</exception>
    public IReadOnlyList<ListEntry> Entries(string name)
    {
        lock (_lock)
        {
            if (name.Length == 0)
            {
                return [.. Lists().SelectMany(l => EntriesOf(l.Name))];
            }

            return Exists(name) ? [.. EntriesOf(name.ToLowerInvariant())] : throw NoList(name);
        }
    }

    /// <summary>Adds entries, or gives those that are there a new expiry and comment. On the commit thread.</summary>
    /// <exception cref="ChangeRefusedException">The name or a value cannot be used, or the list is full.</exception>
    public AddEntriesResponse Add(AddEntriesRequest request, string actor, string source, ICommit commit)
    {
        var name = request.List.ToLowerInvariant();
        CheckName(name);
        var kind = Of(name).Kind;
        var values = request.Values.Select(v => ListValue.Normalise(kind, v, out var error) ?? throw new ChangeRefusedException(Refusal.Invalid, $"list {name}: {error}")).Distinct().ToList();
        var response = new AddEntriesResponse();
        lock (_lock)
        {
            var own = OwnOf(name);
            if (own.Count + values.Count > MostEntries)
            {
                throw new ChangeRefusedException(Refusal.Invalid, $"list {name} would have more than {MostEntries} entries");
            }

            foreach (var value in values)
            {
                var entry = new ListEntry
                {
                    List = name,
                    Value = value,
                    Comment = request.Comment,
                    CreatedBy = actor,
                    Created = commit.IngestTime,
                    Expires = request.ExpiresS == 0 ? 0 : commit.IngestTime + (long)(request.ExpiresS * 1_000_000_000),
                    Origin = Console,
                };
                own.TryGetValue(value, out var former);
                own[value] = entry;
                commit.Put(Table.Detection, KeyOf(entry), entry.ToByteArray());
                _audit.Put(commit, actor, source, new Audit
                {
                    ClassName = "list",
                    ObjectId = $"{name}/{value}",
                    Operation = former is null ? "insert" : "update",
                    Before = former is null ? "" : Text(former),
                    After = Text(entry),
                });
                response.Entries.Add(entry);
                response.Added += former is null ? 1u : 0;
                if (former is null && name == KnownList.Blocked)
                {
                    Tell(entry, blocked: true, actor, commit);
                }
            }

            Rebuild(name);
            FindNextExpiry();
        }

        return response;
    }

    /// <summary>Removes entries of operators. On the commit thread.</summary>
    /// <exception cref="ChangeRefusedException">There is no such list, or a value stands in a file.</exception>
    public uint Remove(RemoveEntriesRequest request, string actor, string source, ICommit commit)
    {
        var name = request.List.ToLowerInvariant();
        lock (_lock)
        {
            if (!Exists(name))
            {
                throw NoList(name);
            }

            var kind = Of(name).Kind;
            var removed = 0u;
            foreach (var text in request.Values)
            {
                var value = ListValue.Normalise(kind, text, out var error) ?? throw new ChangeRefusedException(Refusal.Invalid, $"list {name}: {error}");
                if (OwnOf(name).Remove(value, out var entry))
                {
                    Delete(entry, "delete", actor, source, request.Reason, commit);
                    removed++;
                }
                else if (EntriesOf(name).FirstOrDefault(e => e.Value == value) is { } fixedEntry)
                {
                    throw new ChangeRefusedException(Refusal.Invalid, $"{value} is on list {name} by {fixedEntry.Origin}: take it out there and reload");
                }
            }

            if (removed > 0)
            {
                Rebuild(name);
                FindNextExpiry();
            }

            return removed;
        }
    }

    public void OnEvent(ulong position, Event e, ICommit commit)
    {
    }

    public void OnDurable()
    {
        foreach (var (entry, blocked, actor) in _told)
        {
            BlockChanged?.Invoke(entry, blocked, actor);
        }

        _told.Clear();
    }

    /// <summary>Takes away what has expired.</summary>
    public void OnBatchEnd(ICommit commit)
    {
        if (commit.IngestTime < NextExpiry)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var (name, own) in _own)
            {
                var over = own.Values.Where(e => e.Expires != 0 && e.Expires <= commit.IngestTime).ToList();
                foreach (var entry in over)
                {
                    own.Remove(entry.Value);
                    Delete(entry, "expire", Alerts.AlertBook.Collector, "", "", commit);
                }

                if (over.Count > 0)
                {
                    Rebuild(name);
                }
            }

            FindNextExpiry();
        }
    }

    private void Delete(ListEntry entry, string operation, string actor, string source, string reason, ICommit commit)
    {
        commit.Delete(Table.Detection, KeyOf(entry));
        _audit.Put(commit, actor, source, new Audit
        {
            ClassName = "list",
            ObjectId = $"{entry.List}/{entry.Value}",
            Operation = operation,
            Before = Text(entry),
            After = reason.Length > 0 ? $"reason={reason}" : "",
        });
        if (entry.List == KnownList.Blocked)
        {
            Tell(entry, blocked: false, actor, commit);
        }
    }

    private void Tell(ListEntry entry, bool blocked, string actor, ICommit commit)
    {
        commit.Emit(BlockEvent.Of(entry, blocked, actor, commit.IngestTime));
        _told.Add((entry, blocked, actor));
    }

    private static void CheckName(string name)
    {
        if (name.Length is 0 or > 63 || !char.IsAsciiLetterOrDigit(name[0]) || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '.' or '-'))
        {
            throw new ChangeRefusedException(Refusal.Invalid, $"'{name}' is not a name of a list: 1 to 63 of a-z, 0-9, '_', '.', '-', the first one a letter or digit");
        }
    }

    private static ChangeRefusedException NoList(string name) => new(Refusal.NotFound, $"there is no list '{name}'");

    private static string Text(ListEntry entry) =>
        $"expires={(entry.Expires == 0 ? "never" : DateTimeOffset.UnixEpoch.AddTicks(entry.Expires / 100).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture))} comment={entry.Comment}";

    private static byte[] KeyOf(ListEntry entry) => Encoding.UTF8.GetBytes($"{Prefix}{entry.List}/{entry.Value}");

    private Dictionary<string, ListEntry> OwnOf(string name)
    {
        if (!_own.TryGetValue(name, out var own))
        {
            _own[name] = own = new Dictionary<string, ListEntry>(StringComparer.Ordinal);
        }

        return own;
    }

    private IEnumerable<ListEntry> EntriesOf(string name)
    {
        var own = _own.TryGetValue(name, out var entries) ? entries : [];
        var configured = Fixed(_configured, name, Configuration);
        var overlay = Fixed(_overlay, name, Detection.RuleLoader.OverlayName);
        return own.Values.Concat(configured).Concat(overlay).OrderBy(e => e.Value, StringComparer.Ordinal);
    }

    private static IEnumerable<ListEntry> Fixed(IReadOnlyDictionary<string, IReadOnlyList<string>> lists, string name, string origin) =>
        lists.TryGetValue(name, out var values) ? values.Select(v => new ListEntry { List = name, Value = v, Origin = origin }) : [];

    private NamedList Describe(string name)
    {
        var known = KnownList.All.FirstOrDefault(l => l.Name == name);
        return new NamedList
        {
            Name = name,
            Kind = Of(name).Kind,
            Description = known?.Description ?? "",
            BuiltIn = known is not null,
            Entries = (uint)EntriesOf(name).Count(),
            OwnEntries = (uint)(_own.TryGetValue(name, out var own) ? own.Count : 0),
        };
    }

    private void Rebuild(string name) => Of(name).Use([.. EntriesOf(name).Select(e => e.Value).Distinct()]);

    private void FindNextExpiry()
    {
        var next = _own.Values.SelectMany(l => l.Values).Where(e => e.Expires != 0).Select(e => e.Expires).DefaultIfEmpty(long.MaxValue).Min();
        Interlocked.Exchange(ref _nextExpiry, next);
    }
}

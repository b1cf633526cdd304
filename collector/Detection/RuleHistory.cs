using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>
/// Who changed what of each rule: numbered rows <c>rulelog/RULE/NUMBER</c> of <see cref="Table.Detection"/>, each with its
/// audit entry. Changes happen on the commit thread; reading is thread-safe.
/// </summary>
internal sealed class RuleHistory(IStoreReader store, AuditLog audit)
{
    private const string Prefix = "rulelog/";
    private readonly ConcurrentDictionary<string, uint> _revisions = new(StringComparer.Ordinal);

    public void Restore()
    {
        foreach (var (key, _) in store.Scan(Table.Detection, Encoding.UTF8.GetBytes(Prefix)))
        {
            var id = Encoding.UTF8.GetString(key.AsSpan(Prefix.Length, key.Length - Prefix.Length - 1 - sizeof(uint)));
            _revisions[id] = BinaryPrimitives.ReadUInt32BigEndian(key.AsSpan(key.Length - sizeof(uint)));
        }
    }

    /// <summary>The number of the rule's last change; 0 before the first.</summary>
    public uint RevisionOf(string ruleId) => _revisions.GetValueOrDefault(ruleId);

    /// <summary>Newest first.</summary>
    public IEnumerable<RuleChange> List(string ruleId) =>
        store.Scan(Table.Detection, KeyOf(ruleId), reversed: true).Select(r => RuleChange.Parser.ParseFrom(r.Value));

    public void Add(string ruleId, string ruleName, RuleChange change, string actor, string source, ICommit commit)
    {
        change.Revision = RevisionOf(ruleId) + 1;
        change.Time = commit.IngestTime;
        change.Actor = actor;
        _revisions[ruleId] = change.Revision;
        var prefix = KeyOf(ruleId);
        var key = new byte[prefix.Length + sizeof(uint)];
        prefix.Span.CopyTo(key);
        BinaryPrimitives.WriteUInt32BigEndian(key.AsSpan(prefix.Length), change.Revision);
        commit.Put(Table.Detection, key, change.ToByteArray());
        audit.Put(commit, actor, source, new Audit
        {
            ClassName = "rule",
            ObjectId = ruleName,
            Operation = change.Operation,
            Before = change.Before,
            After = change.Comment.Length > 0 ? $"{change.After} comment={change.Comment}" : change.After,
        });
    }

    private static ReadOnlyMemory<byte> KeyOf(string ruleId) => Encoding.UTF8.GetBytes($"{Prefix}{ruleId}/");
}

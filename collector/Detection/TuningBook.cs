using System.Text;
using Google.Protobuf;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>
/// What operators have laid over rules: rows <c>tune/RULE/GROUP</c> of <see cref="Table.Detection"/>, all in memory.
/// Changes happen on the commit thread; reading is thread-safe.
/// </summary>
internal sealed class TuningBook
{
    private const string Prefix = "tune/";
    private volatile IReadOnlyList<StoredTuning> _all = [];

    public IReadOnlyList<StoredTuning> All => _all;

    public IEnumerable<RuleTuning> Of(string ruleId) => _all.Where(t => t.RuleId == ruleId).Select(t => t.Tuning);

    public void Restore(IStoreReader store)
    {
        var all = new List<StoredTuning>();
        foreach (var (key, value) in store.Scan(Table.Detection, Encoding.UTF8.GetBytes(Prefix)))
        {
            var tuning = RuleTuning.Parser.ParseFrom(value);
            all.Add(new StoredTuning(Encoding.UTF8.GetString(key)[Prefix.Length..^(tuning.Group.Length + 1)], tuning));
        }

        _all = all;
    }

    /// <summary>All tunings as they would be after this one.</summary>
    /// <param name="ruleId">The rule.</param>
    /// <param name="group">The host group; empty: all hosts.</param>
    /// <param name="tuning">Null: none any more.</param>
    public IReadOnlyList<StoredTuning> With(string ruleId, string group, RuleTuning? tuning)
    {
        var all = _all.Where(t => t.RuleId != ruleId || t.Tuning.Group != group).ToList();
        if (tuning is not null)
        {
            all.Add(new StoredTuning(ruleId, tuning));
        }

        return all;
    }

    public void Set(string ruleId, string group, RuleTuning? tuning, ICommit commit)
    {
        _all = With(ruleId, group, tuning);
        var key = Encoding.UTF8.GetBytes($"{Prefix}{ruleId}/{group}");
        if (tuning is null)
        {
            commit.Delete(Table.Detection, key);
        }
        else
        {
            commit.Put(Table.Detection, key, tuning.ToByteArray());
        }
    }
}

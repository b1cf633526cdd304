using System.Numerics;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>
/// The rules that can match events of one type, each with what is left of its condition for that type. Rules that need a
/// certain text somewhere are found through an index of these texts, so that an event is compared only with rules that it
/// may well meet.
/// </summary>
internal sealed class TypeRules
{
    /// <summary>An index of a field that a single cheap rule looks at costs as much as the rule.</summary>
    private const int CheapRule = 8;

    private readonly (DetectionRule Rule, Predicate Condition)[] _rules;
    private readonly FieldIndex[] _indexes;
    private readonly ulong[] _always;

    private readonly long[] _reaches;

    private TypeRules((DetectionRule Rule, Predicate Condition)[] rules)
    {
        _rules = rules;
        _reaches = [.. rules.Select(r => r.Rule.Reach)];
        Reach = _reaches.Max();
        _always = new ulong[(rules.Length + 63) / 64];
        var clues = rules.Select(r => r.Condition.Clues).ToArray();
        var uses = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < rules.Length; i++)
        {
            foreach (var clue in clues[i] ?? [])
            {
                var place = (object?)clue.Field ?? this;
                uses[place] = uses.GetValueOrDefault(place) + (rules[i].Condition.Cost > CheapRule ? 2 : 1);
            }
        }

        var indexes = new Dictionary<object, FieldIndex>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < rules.Length; i++)
        {
            if (clues[i] is not { } own || own.Any(c => uses[(object?)c.Field ?? this] < 2))
            {
                _always[i >> 6] |= 1UL << (i & 63);
                continue;
            }

            foreach (var clue in own)
            {
                var place = (object?)clue.Field ?? this;
                if (!indexes.TryGetValue(place, out var index))
                {
                    indexes[place] = index = new FieldIndex(clue.Field, _always.Length);
                }

                index.Add(clue, i);
            }
        }

        _indexes = [.. indexes.Values];
        foreach (var index in _indexes)
        {
            index.Complete();
        }
    }

    public int Count => _rules.Length;

    /// <summary>The farthest <see cref="RunningRule.Reach"/>.</summary>
    public long Reach { get; }

    /// <summary>Words of a set of these rules, one bit for each.</summary>
    public int Words => _always.Length;

    public static TypeRules? Of(EventType type, IReadOnlyList<DetectionRule> rules)
    {
        (DetectionRule Rule, Predicate Condition)[] own = [.. rules.Where(r => r.Predicate.Types.Contains(type)).Select(r => (r, r.Predicate.For(type))).Where(r => r.Item2 != ConstantPredicate.False)];
        return own.Length == 0 ? null : new TypeRules(own);
    }

    /// <summary>Finds the rules that the event may meet.</summary>
    /// <param name="e">An event of the type.</param>
    /// <param name="scratch">Shared by all conditions on this event.</param>
    /// <param name="found">The set, <see cref="Words"/> long; overwritten.</param>
    public void Find(Event e, MatchScratch scratch, Span<ulong> found)
    {
        _always.CopyTo(found);
        foreach (var index in _indexes)
        {
            index.Find(e, scratch, found);
        }
    }

    /// <summary>Leaves those in a set that reach so far back.</summary>
    public void Restrict(Span<ulong> found, long age)
    {
        for (var i = 0; i < _reaches.Length; i++)
        {
            if (_reaches[i] < age)
            {
                found[i >> 6] &= ~(1UL << (i & 63));
            }
        }
    }

    /// <summary>Takes the first rule out of a set.</summary>
    /// <returns>False when the set is empty.</returns>
    public bool TryTake(Span<ulong> found, out DetectionRule rule, out Predicate condition)
    {
        for (var word = 0; word < found.Length; word++)
        {
            if (found[word] != 0)
            {
                (rule, condition) = _rules[(word << 6) + BitOperations.TrailingZeroCount(found[word])];
                found[word] &= found[word] - 1;
                return true;
            }
        }

        (rule, condition) = (null!, null!);
        return false;
    }
}

using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>Which rules an event may meet, by the text of one field. Sets of rules are bits.</summary>
/// <param name="field">The field; null: the record as it was read.</param>
/// <param name="words">Length of the sets.</param>
internal sealed class FieldIndex(EventField? field, int words)
{
    private readonly Dictionary<string, ulong[]> _building = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _literals = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Rules that need the field, whatever is in it; those that need a text in it; and all of both and of <see cref="_exact"/>.</summary>
    private readonly ulong[] _present = new ulong[words];
    private readonly ulong[] _containing = new ulong[words];
    private readonly ulong[] _all = new ulong[words];
    private FrozenDictionary<string, ulong[]> _exact = FrozenDictionary<string, ulong[]>.Empty;
    private SearchValues<string>? _searched;

    public void Add(Clue clue, int rule)
    {
        Set(_all, rule);
        if (clue.Literals is not { } literals)
        {
            Set(_present, rule);
        }
        else if (!clue.IsExact)
        {
            Set(_containing, rule);
            _literals.UnionWith(literals);
        }
        else
        {
            foreach (var literal in literals)
            {
                if (!_building.TryGetValue(literal, out var rules))
                {
                    _building[literal] = rules = new ulong[words];
                }

                Set(rules, rule);
            }
        }
    }

    /// <summary>No more rules will be added.</summary>
    public void Complete()
    {
        _exact = _building.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _searched = _literals.Count == 0 ? null : SearchValues.Create([.. _literals], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Adds the rules that the event may meet.</summary>
    public void Find(Event e, MatchScratch scratch, Span<ulong> found)
    {
        var value = field is null ? FieldValue.Of(scratch.RawText) : field.Get(e);
        if (!value.Exists)
        {
            return;
        }

        if (value.Kind != FieldKind.Text)
        {
            Add(_all, found);
            return;
        }

        Add(_present, found);
        if (_exact.Count > 0 && _exact.TryGetValue(value.Text, out var rules))
        {
            Add(rules, found);
        }

        // Outside ASCII a regular expression has other ideas of what is the same letter.
        if (_searched is not null && (value.Text.AsSpan().IndexOfAny(_searched) >= 0 || !Ascii.IsValid(value.Text)))
        {
            Add(_containing, found);
        }
    }

    private static void Set(ulong[] set, int rule) => set[rule >> 6] |= 1UL << (rule & 63);

    private static void Add(ulong[] rules, Span<ulong> found)
    {
        for (var i = 0; i < found.Length; i++)
        {
            found[i] |= rules[i];
        }
    }
}

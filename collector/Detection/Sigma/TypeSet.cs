using System.Runtime.CompilerServices;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>A set of event types: which events a predicate can possibly match. Types above 511 are in no set but <see cref="All"/>.</summary>
internal struct TypeSet
{
    public const int Capacity = 512;
    private Words _words;

    public static TypeSet All
    {
        get
        {
            var set = default(TypeSet);
            ((Span<ulong>)set._words).Fill(ulong.MaxValue);
            return set;
        }
    }

    public static TypeSet Of(params ReadOnlySpan<EventType> types)
    {
        var set = default(TypeSet);
        foreach (var type in types)
        {
            set.Add(type);
        }

        return set;
    }

    public void Add(EventType type)
    {
        if ((uint)type < Capacity)
        {
            _words[(int)type >> 6] |= 1UL << ((int)type & 63);
        }
    }

    public readonly bool Contains(EventType type) =>
        (uint)type < Capacity && (_words[(int)type >> 6] & (1UL << ((int)type & 63))) != 0;

    public readonly bool IsEmpty
    {
        get
        {
            foreach (var word in (ReadOnlySpan<ulong>)_words)
            {
                if (word != 0)
                {
                    return false;
                }
            }

            return true;
        }
    }

    public static TypeSet operator &(TypeSet left, TypeSet right)
    {
        for (var i = 0; i < Capacity / 64; i++)
        {
            left._words[i] &= right._words[i];
        }

        return left;
    }

    public static TypeSet operator |(TypeSet left, TypeSet right)
    {
        for (var i = 0; i < Capacity / 64; i++)
        {
            left._words[i] |= right._words[i];
        }

        return left;
    }

    [InlineArray(Capacity / 64)]
    private struct Words
    {
        private ulong _first;
    }
}

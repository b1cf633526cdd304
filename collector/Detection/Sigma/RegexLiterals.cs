namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// Finds texts of which one is in anything that a regular expression matches. Reads the common syntax only; whatever it
/// does not know has no literals, so that it can never say too much.
/// </summary>
internal ref struct RegexLiterals
{
    private static readonly System.Buffers.SearchValues<char> Counts = System.Buffers.SearchValues.Create("0123456789,");

    private const int MostAlternatives = 32;
    private const int DeepestGroup = 50;
    private readonly ReadOnlySpan<char> _pattern;
    private int _at;
    private int _depth;
    private bool _unknown;

    private RegexLiterals(ReadOnlySpan<char> pattern) => _pattern = pattern;

    /// <returns>The texts, to be looked for without regard to case; null when there are none that every match must contain.</returns>
    public static IReadOnlyList<string>? Of(string pattern)
    {
        var reader = new RegexLiterals(pattern);
        var found = reader.Alternatives();
        return reader._unknown || reader._at < pattern.Length ? null : found;
    }

    /// <summary>One of the texts of each alternative; none when one alternative has none.</summary>
    private List<string>? Alternatives()
    {
        List<string>? all = [];
        while (!_unknown)
        {
            var own = Sequence();
            all = own is null || all is null || all.Count + own.Count > MostAlternatives ? null : [.. all, .. own];
            if (_at >= _pattern.Length || _pattern[_at] != '|')
            {
                break;
            }

            _at++;
        }

        return all;
    }

    /// <summary>The best of what a sequence must contain: the texts whose shortest is longest.</summary>
    private List<string>? Sequence()
    {
        List<string>? best = null;
        var run = "";
        while (!_unknown && _at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            var (literal, group) = Atom();
            var (least, once) = Quantifier();
            if (least == 0)
            {
                best = Better(best, run);
                run = "";
                continue;
            }

            if (literal is null)
            {
                best = Better(Better(best, run), group);
                run = "";
                continue;
            }

            run += literal;
            if (!once)
            {
                best = Better(best, run);
                run = "";
            }
        }

        return Better(best, run);
    }

    /// <summary>A single character as such, or the texts of a group; neither for anything else.</summary>
    private (string? Literal, List<string>? Group) Atom()
    {
        var c = _pattern[_at++];
        switch (c)
        {
            case '\\':
                return (Escape(), null);
            case '[':
                Class();
                return default;
            case '(':
                return (null, Group());
            case '.' or '^' or '$':
                return default;
            case '*' or '+' or '?' or '{' or '}' or ']':
                _unknown = true;
                return default;
            default:
                return (c.ToString(), null);
        }
    }

    private string? Escape()
    {
        if (_at >= _pattern.Length)
        {
            _unknown = true;
            return null;
        }

        var c = _pattern[_at++];
        if (!char.IsAsciiLetterOrDigit(c))
        {
            return c.ToString();
        }

        // Classes and anchors; anything with a number behind it (\\x41, \\p{L}, references) is not read.
        _unknown |= !"wWdDsSbBAzZGtnrfv".Contains(c, StringComparison.Ordinal);
        return null;
    }

    private void Class()
    {
        _at += _at < _pattern.Length && _pattern[_at] == '^' ? 1 : 0;
        _at += _at < _pattern.Length && _pattern[_at] == ']' ? 1 : 0;
        while (_at < _pattern.Length && _pattern[_at] != ']')
        {
            // A class taken from a class, `[a-z-[b]]`.
            _unknown |= _pattern[_at] == '[' && _pattern[_at - 1] == '-';
            _at += _pattern[_at] == '\\' ? 2 : 1;
        }

        _unknown |= _at >= _pattern.Length;
        _at++;
    }

    private List<string>? Group()
    {
        if (++_depth > DeepestGroup)
        {
            _unknown = true;
            return null;
        }

        var rest = _pattern[_at..];
        if (rest.StartsWith("?:"))
        {
            _at += 2;
        }
        else if (rest.StartsWith("?i)") || rest.StartsWith("?s)") || rest.StartsWith("?m)"))
        {
            _at += 3;
            _depth--;
            return null;
        }
        else if (rest.StartsWith("?"))
        {
            _unknown = true;
            return null;
        }

        var found = Alternatives();
        _unknown |= _at >= _pattern.Length;
        _at++;
        _depth--;
        return found;
    }

    /// <summary>How often the atom before must be there, and whether that is exactly once.</summary>
    private (int Least, bool Once) Quantifier()
    {
        if (_at >= _pattern.Length)
        {
            return (1, true);
        }

        switch (_pattern[_at])
        {
            case '*' or '?':
                _at++;
                Lazy();
                return (0, false);
            case '+':
                _at++;
                Lazy();
                return (1, false);
            case '{':
                var end = _pattern[_at..].IndexOf('}');
                var inner = end < 0 ? default : _pattern.Slice(_at + 1, end - 1);
                if (inner.IsEmpty || inner.ContainsAnyExcept(Counts) || inner[0] == ',')
                {
                    _unknown = true;
                    return default;
                }

                _at += end + 1;
                Lazy();
                return (inner[0] == '0' ? 0 : 1, false);
            default:
                return (1, true);
        }
    }

    private void Lazy() => _at += _at < _pattern.Length && _pattern[_at] == '?' ? 1 : 0;

    private static List<string>? Better(List<string>? one, string run) =>
        run.Length == 0 || (run.Length == 1 && char.IsLetterOrDigit(run[0])) ? one : Better(one, [run]);

    private static List<string>? Better(List<string>? one, List<string>? other)
    {
        if (one is null || other is null || one.Count == 0 || other.Count == 0)
        {
            return one is { Count: > 0 } ? one : other is { Count: > 0 } ? other : null;
        }

        return other.Min(t => t.Length) > one.Min(t => t.Length) ? other : one;
    }
}

using System.Text;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// A Sigma text with its wildcards: <c>*</c> any run, <c>?</c> any one character, both literal after a backslash; a
/// backslash before a backslash is one backslash; any other backslash is itself.
/// </summary>
internal sealed class TextPattern
{
    private const char Run = '\uFFFE';
    private const char One = '\uFFFF';
    private readonly string _pattern;

    private TextPattern(string pattern) => _pattern = pattern;

    /// <summary>The text when there is no wildcard in it, else null.</summary>
    public string? Literal => HasWildcard ? null : _pattern;

    public bool HasWildcard => _pattern.AsSpan().IndexOfAny(Run, One) >= 0;

    public static TextPattern Parse(string text)
    {
        var pattern = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && i + 1 < text.Length && text[i + 1] is '\\' or '*' or '?')
            {
                pattern.Append(text[++i]);
            }
            else
            {
                pattern.Append(c switch { '*' => Run, '?' => One, _ => c });
            }
        }

        return new TextPattern(pattern.ToString());
    }

    /// <summary>A text in which no character is special.</summary>
    public static TextPattern OfLiteral(string text) => new(text);

    public TextPattern WithRunBefore() => _pattern.StartsWith(Run) ? this : new(Run + _pattern);

    public TextPattern WithRunAfter() => _pattern.EndsWith(Run) ? this : new(_pattern + Run);

    /// <summary>The cheapest test for this pattern.</summary>
    public ValueTest Compile(bool cased)
    {
        var comparison = cased ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        var inner = _pattern.Trim(Run);
        if (inner.AsSpan().IndexOfAny(Run, One) >= 0)
        {
            return new WildcardTest(_pattern, cased);
        }

        var (before, after) = (_pattern.StartsWith(Run), _pattern.EndsWith(Run));
        return (before, after) switch
        {
            _ when inner.Length == 0 && _pattern.Length > 0 => new ExistsTest(true),
            (true, true) => new TextTest(inner, TextTestKind.Contains, comparison),
            (true, false) => new TextTest(inner, TextTestKind.EndsWith, comparison),
            (false, true) => new TextTest(inner, TextTestKind.StartsWith, comparison),
            _ => new TextTest(inner, TextTestKind.Equals, comparison),
        };
    }

    /// <summary>
    /// Glob matching by two cursors and one retry point: at most length x length steps, no recursion, so a hostile text
    /// cannot make it explode.
    /// </summary>
    public static bool Glob(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text, bool cased)
    {
        int p = 0, t = 0, retryPattern = -1, retryText = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == Run)
            {
                retryPattern = ++p;
                retryText = t;
            }
            else if (p < pattern.Length && (pattern[p] == One || Same(pattern[p], text[t], cased)))
            {
                p++;
                t++;
            }
            else if (retryPattern >= 0)
            {
                p = retryPattern;
                t = ++retryText;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == Run)
        {
            p++;
        }

        return p == pattern.Length;
    }

    /// <summary>The longest text without a wildcard in it.</summary>
    public static string LongestRun(string pattern) => pattern.Split(Run, One).MaxBy(p => p.Length)!;

    private static bool Same(char a, char b, bool cased) =>
        a == b || (!cased && char.ToUpperInvariant(a) == char.ToUpperInvariant(b));
}

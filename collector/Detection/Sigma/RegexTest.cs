using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// A regular expression, compiled without backtracking: linear time whatever the text. Such an engine is slow next to a
/// comparison, so a text that has none of the expression's literal parts is not given to it, and since the texts of
/// telephones repeat all day (user agents, numbers), the last answers are remembered. Thread-safe.
/// </summary>
internal sealed class RegexTest : ValueTest
{
    private const int Remembered = 512;
    private const int LongestRemembered = 256;
    private readonly Answer?[] _answers = new Answer?[Remembered];
    private readonly Regex _regex;
    private readonly SearchValues<string>? _literals;

    public RegexTest(Regex regex)
    {
        _regex = regex;
        Literals = RegexLiterals.Of(regex.ToString());
        _literals = Literals is null ? null : SearchValues.Create([.. Literals], StringComparison.OrdinalIgnoreCase);
    }

    public override int Cost => 20;

    public override IReadOnlyList<string>? Literals { get; }

    public override bool Matches(in FieldValue value, Event e)
    {
        if (!value.Exists)
        {
            return false;
        }

        var text = TextOf(value);

        // Outside ASCII the two have different ideas of what is the same letter (a Kelvin sign is a k in an expression only).
        if (_literals is not null && text.AsSpan().IndexOfAny(_literals) < 0 && Ascii.IsValid(text))
        {
            return false;
        }

        if (text.Length > LongestRemembered)
        {
            return _regex.IsMatch(text);
        }

        ref var known = ref _answers[(uint)text.GetHashCode() % Remembered];
        var answer = known;
        if (answer is null || answer.Text != text)
        {
            known = answer = new Answer(text, _regex.IsMatch(text));
        }

        return answer.Matches;
    }

    private sealed record Answer(string Text, bool Matches);
}

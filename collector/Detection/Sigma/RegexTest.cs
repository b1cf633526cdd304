using System.Text.RegularExpressions;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// A regular expression, compiled without backtracking: linear time whatever the text. Such an engine is slow next to a
/// comparison, and the texts of telephones repeat all day (user agents, numbers), so the last answers are remembered.
/// Not thread-safe.
/// </summary>
internal sealed class RegexTest(Regex regex) : ValueTest
{
    private const int Remembered = 512;
    private const int LongestRemembered = 256;
    private readonly (string? Text, bool Answer)[] _answers = new (string?, bool)[Remembered];

    public override int Cost => 20;

    public override bool Matches(in FieldValue value, Event e)
    {
        if (!value.Exists)
        {
            return false;
        }

        var text = TextOf(value);
        if (text.Length > LongestRemembered)
        {
            return regex.IsMatch(text);
        }

        ref var known = ref _answers[(uint)text.GetHashCode() % Remembered];
        if (known.Text != text)
        {
            known = (text, regex.IsMatch(text));
        }

        return known.Answer;
    }
}

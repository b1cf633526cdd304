using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>A text without inner wildcards.</summary>
internal sealed class TextTest(string text, TextTestKind kind, StringComparison comparison) : ValueTest
{
    public string Text => text;

    public TextTestKind Kind => kind;

    public StringComparison Comparison => comparison;

    public override IReadOnlyList<string>? Literals { get; } = text.Length > 0 ? [text] : null;

    public override bool IsExact => kind == TextTestKind.Equals;

    public override bool Matches(in FieldValue value, Event e)
    {
        if (!value.Exists)
        {
            return false;
        }

        var actual = TextOf(value);
        return kind switch
        {
            TextTestKind.Equals => actual.Length == text.Length && actual.Equals(text, comparison),
            TextTestKind.Contains => actual.Contains(text, comparison),
            TextTestKind.StartsWith => actual.StartsWith(text, comparison),
            _ => actual.EndsWith(text, comparison),
        };
    }

    /// <summary>Alternatives of one kind joined into one test each; the others are left as they are.</summary>
    public static ValueTest[] Join(IReadOnlyList<ValueTest> alternatives)
    {
        var joined = new List<ValueTest>(alternatives.Count);
        foreach (var group in alternatives.GroupBy(t => t is TextTest { Kind: TextTestKind.Contains or TextTestKind.Equals, Text.Length: > 0 } text ? (text.Kind, text.Comparison) : default((TextTestKind, StringComparison)?)))
        {
            if (group.Key is not { } key || group.Count() < 2)
            {
                joined.AddRange(group);
                continue;
            }

            var texts = group.Select(t => ((TextTest)t).Text);
            joined.Add(key.Item1 == TextTestKind.Contains ? new ContainsAnyTest([.. texts], key.Item2) : new EqualsAnyTest(texts, key.Item2));
        }

        return [.. joined];
    }
}

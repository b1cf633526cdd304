using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>Compiles one field condition: its modifiers and values into tests on the field.</summary>
/// <param name="lists">The lists that <c>expand</c> may name.</param>
/// <param name="zone">The zone of the time modifiers.</param>
/// <param name="audit">Fields are named as in auditd's records.</param>
/// <param name="error">Told of what cannot be used, with its place.</param>
internal sealed class FieldCompiler(RuleLists lists, TimeZoneInfo zone, bool audit, Action<Place, string> error)
{
    private static readonly string[] Known =
    [
        "contains", "startswith", "endswith", "all", "re", "i", "m", "s", "cidr", "cased", "exists", "gt", "gte", "lt", "lte", "neq",
        "fieldref", "windash", "base64", "base64offset", "wide", "utf16le", "utf16be", "utf16", "expand",
        "minute", "hour", "day", "week", "month", "year",
    ];

    /// <returns>Null when an error was reported.</returns>
    public Predicate? Compile(FieldCondition condition)
    {
        if (!CheckModifiers(condition.Modifiers, condition.At))
        {
            return null;
        }

        var field = Resolve(condition.Field);
        var all = condition.Modifiers.Contains("all");
        var isType = field.Name == "event.type" && !condition.Modifiers.Any(m => m is "fieldref" or "expand");
        var values = isType ? [.. condition.Values.SelectMany(OwnTypeNames)] : condition.Values;
        var tests = CompileValues(field, condition.Modifiers, values);
        return tests is null ? null : isType ? TypesThatMeet(field, tests, all) : new FieldPredicate(field, tests, all);
    }

    public Predicate? CompileKeywords(IReadOnlyList<string> modifiers, IReadOnlyList<ScalarValue> values, Place at)
    {
        if (!CheckModifiers(modifiers, at))
        {
            return null;
        }

        // A keyword is looked for anywhere in the record.
        var effective = modifiers.Contains("re") || modifiers.Contains("contains") ? modifiers : [.. modifiers, "contains"];
        var raw = EventFields.Resolve("event.original");
        var tests = CompileValues(raw, effective, values);
        return tests is null ? null : new KeywordPredicate(tests, modifiers.Contains("all"));
    }

    private EventField Resolve(string name) => audit ? AuditFieldResolver.Resolve(name) : FieldResolver.Resolve(name);

    private bool CheckModifiers(IReadOnlyList<string> modifiers, Place at)
    {
        foreach (var modifier in modifiers)
        {
            if (!Known.Contains(modifier))
            {
                error(at, $"unknown modifier '{modifier}'; known are {string.Join(", ", Known)}");
                return false;
            }
        }

        if (modifiers.Contains("neq") && modifiers.Contains("all"))
        {
            error(at, "'neq' already means none of the values; 'all' beside it says nothing");
            return false;
        }

        if (modifiers.Any(m => m is "i" or "m" or "s") && !modifiers.Contains("re"))
        {
            error(at, "the modifiers i, m and s are flags of 're' and need it");
            return false;
        }

        return true;
    }

    /// <summary>Any test of the event's type is decided now, for each type there is.</summary>
    private static TypePredicate TypesThatMeet(EventField field, ValueTest[] tests, bool all)
    {
        var predicate = new FieldPredicate(field, tests, all);
        var scratch = new MatchScratch();
        var types = default(TypeSet);
        foreach (var info in EventTypes.All)
        {
            if (predicate.Matches(new Event { Type = info.Type }, scratch))
            {
                types.Add(info.Type);
            }
        }

        return new TypePredicate(types);
    }

    /// <summary>The word of another tool for a type, as the type's own name; of several types, all their names.</summary>
    private static IEnumerable<ScalarValue> OwnTypeNames(ScalarValue value) =>
        EventTypes.Named(value.Text) is { Count: > 0 } types ? types.Select(t => value with { Text = t.Name }) : [value];

    private ValueTest[]? CompileValues(EventField field, IReadOnlyList<string> modifiers, IReadOnlyList<ScalarValue> values)
    {
        var tests = new List<ValueTest>(values.Count);
        foreach (var value in values)
        {
            var compiled = modifiers.Contains("expand") ? CompilePlaceholder(field, modifiers, value) : CompileValue(field, modifiers, value);
            if (compiled is null)
            {
                return null;
            }

            tests.AddRange(compiled);
        }

        if (modifiers.Contains("neq"))
        {
            return [new NoneOfTest(TextTest.Join(tests))];
        }

        return modifiers.Contains("all") ? [.. tests] : TextTest.Join(tests);
    }

    /// <summary>
    /// A value with <c>%name%</c> in it stands for the named list's members, as they are whenever an event is looked at;
    /// an unknown list is an error, an empty one matches nothing.
    /// </summary>
    private IEnumerable<ValueTest>? CompilePlaceholder(EventField field, IReadOnlyList<string> modifiers, ScalarValue value)
    {
        var start = value.Text.IndexOf('%', StringComparison.Ordinal);
        var end = start < 0 ? -1 : value.Text.IndexOf('%', start + 1);
        if (end < 0)
        {
            return Fail(value.At, $"'{value.Text}' has the modifier 'expand' and no placeholder such as %name%");
        }

        var name = value.Text[(start + 1)..end];
        if (lists.Find(name) is not { } list)
        {
            return Fail(value.At, $"the list '{name}' is not defined; define it under 'lists' in the threshold overlay, or add an entry to it (`sensornet lists add {name} VALUE`)");
        }

        IReadOnlyList<string> rest = [.. modifiers.Where(m => m is not ("expand" or "neq"))];
        ScalarValue With(string member) => value with { Text = value.Text[..start] + member + value.Text[(end + 1)..] };
        foreach (var member in lists.ValuesOf(name))
        {
            if (CompileValue(field, rest, With(member)) is null)
            {
                return null;
            }
        }

        var quiet = new FieldCompiler(lists, zone, audit, static (_, _) => { });
        return [new ListTest(list, rest.Contains("all"), members =>
        {
            var tests = members.Select(m => quiet.CompileValue(field, rest, With(m))).OfType<IEnumerable<ValueTest>>().SelectMany(t => t);
            return rest.Contains("all") ? [.. tests] : TextTest.Join([.. tests]);
        })];
    }

    private IEnumerable<ValueTest>? CompileValue(EventField field, IReadOnlyList<string> modifiers, ScalarValue value)
    {
        var cased = modifiers.Contains("cased");
        if (modifiers.Contains("exists"))
        {
            if (bool.TryParse(value.Text, out var wanted))
            {
                return [new ExistsTest(wanted)];
            }

            return Fail(value.At, "'exists' takes true or false");
        }

        if (modifiers.FirstOrDefault(m => m is "minute" or "hour" or "day" or "week" or "month" or "year") is { } part)
        {
            var comparison = CompileNumber(modifiers, value, NumberTestKind.Equal);
            return comparison is null ? null : [new TimePartTest(Enum.Parse<TimePart>(part, ignoreCase: true), comparison, zone)];
        }

        if (modifiers.Any(m => m is "gt" or "gte" or "lt" or "lte"))
        {
            var comparison = CompileNumber(modifiers, value, NumberTestKind.Equal);
            return comparison is null ? null : [comparison];
        }

        if (modifiers.Contains("cidr"))
        {
            return AddressPrefix.TryParse(value.Text, out var network)
                ? [new NetworkTest(network)]
                : Fail(value.At, $"'{value.Text}' is not a network such as 192.0.2.0/24 or 2001:db8::/32");
        }

        if (modifiers.Contains("fieldref"))
        {
            return [new FieldReferenceTest(Resolve(value.Text), KindOf(modifiers), cased ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase)];
        }

        if (modifiers.Contains("re"))
        {
            return CompileRegex(modifiers, value);
        }

        if (value.IsNull || (value.Text.Length == 0 && KindOf(modifiers) == TextTestKind.Equals))
        {
            return [new ExistsTest(false)];
        }

        return CompileText(field, modifiers, value, cased);
    }

    private IEnumerable<ValueTest>? CompileText(EventField field, IReadOnlyList<string> modifiers, ScalarValue value, bool cased)
    {
        if (modifiers.Any(m => m is "base64" or "base64offset" or "wide" or "utf16le" or "utf16be" or "utf16"))
        {
            return CompileEncoded(modifiers, value);
        }

        var kind = KindOf(modifiers);
        if (kind == TextTestKind.Equals && !modifiers.Contains("windash"))
        {
            if (field.Kind == FieldKind.Bool && bool.TryParse(value.Text, out var flag))
            {
                return [new FlagTest(flag, FieldResolver.AbsentIsUnknown(field))];
            }

            if (field.Kind is FieldKind.Integer or FieldKind.Real
                && double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                return [new NumberTest(NumberTestKind.Equal, number)];
            }

            if (field.Kind == FieldKind.Address && AddressPrefix.TryParse(value.Text, out var address))
            {
                return [new NetworkTest(address)];
            }
        }

        var spellings = modifiers.Contains("windash") ? ValueEncoding.WithAnyDash(value.Text) : [value.Text];
        return [.. spellings.Select(s => Shape(TextPattern.Parse(s), kind).Compile(cased))];
    }

    private IEnumerable<ValueTest>? CompileEncoded(IReadOnlyList<string> modifiers, ScalarValue value)
    {
        var text = TextPattern.Parse(value.Text).Literal;
        if (text is null)
        {
            return Fail(value.At, "a value that is encoded cannot have wildcards");
        }

        byte[] octets = modifiers.FirstOrDefault(m => m is "wide" or "utf16le" or "utf16be" or "utf16") switch
        {
            "wide" or "utf16le" => ValueEncoding.Utf16LittleEndian(text),
            "utf16be" => ValueEncoding.Utf16BigEndian(text),
            "utf16" => ValueEncoding.Utf16WithMark(text),
            _ => Encoding.UTF8.GetBytes(text),
        };
        var kind = KindOf(modifiers);
        if (modifiers.Contains("base64offset"))
        {
            return [.. ValueEncoding.Base64AtEachOffset(octets).Select(s => Shape(TextPattern.OfLiteral(s), TextTestKind.Contains).Compile(cased: true))];
        }

        var encoded = modifiers.Contains("base64") ? Convert.ToBase64String(octets) : Encoding.Latin1.GetString(octets);
        return [Shape(TextPattern.OfLiteral(encoded), kind).Compile(cased: true)];
    }

    private IEnumerable<ValueTest>? CompileRegex(IReadOnlyList<string> modifiers, ScalarValue value)
    {
        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
        options |= modifiers.Contains("i") ? RegexOptions.IgnoreCase : RegexOptions.None;
        options |= modifiers.Contains("m") ? RegexOptions.Multiline : RegexOptions.None;
        options |= modifiers.Contains("s") ? RegexOptions.Singleline : RegexOptions.None;
        try
        {
            return [new RegexTest(new Regex(value.Text, options))];
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return Fail(value.At, $"the regular expression cannot be used: {e.Message}");
        }
    }

    private NumberTest? CompileNumber(IReadOnlyList<string> modifiers, ScalarValue value, NumberTestKind otherwise)
    {
        if (!double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound))
        {
            error(value.At, $"'{value.Text}' is not a number");
            return null;
        }

        var kind = modifiers.FirstOrDefault(m => m is "gt" or "gte" or "lt" or "lte") switch
        {
            "gt" => NumberTestKind.Greater,
            "gte" => NumberTestKind.GreaterOrEqual,
            "lt" => NumberTestKind.Less,
            "lte" => NumberTestKind.LessOrEqual,
            _ => otherwise,
        };
        return new NumberTest(kind, bound);
    }

    private static TextPattern Shape(TextPattern pattern, TextTestKind kind) => kind switch
    {
        TextTestKind.Contains => pattern.WithRunBefore().WithRunAfter(),
        TextTestKind.StartsWith => pattern.WithRunAfter(),
        TextTestKind.EndsWith => pattern.WithRunBefore(),
        _ => pattern,
    };

    private static TextTestKind KindOf(IReadOnlyList<string> modifiers) =>
        modifiers.Contains("contains") ? TextTestKind.Contains
        : modifiers.Contains("startswith") ? TextTestKind.StartsWith
        : modifiers.Contains("endswith") ? TextTestKind.EndsWith
        : TextTestKind.Equals;

    private IEnumerable<ValueTest>? Fail(Place at, string message)
    {
        error(at, message);
        return null;
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using SensorNet.Collector.Storage;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Query;

/// <summary>Compiles the test of one field against one value.</summary>
internal static class FieldTest
{
    private static readonly string[] Times = ["event.time", "event.created", "event.ingested"];
    private static readonly string[] Derived =
    [
        "event.type", "event.action", "event.category", "event.severity", "event.id", "event.source", "event.timezone_source", "log.source", "network.transport", "host.os.platform",
    ];

    private static readonly string[] SeverityNames = ["", "info", "warning", "error", "critical"];

    /// <param name="field">The field.</param>
    /// <param name="comparison">One of : = != &gt; &gt;= &lt; &lt;= ~ (a colon means equal).</param>
    /// <param name="value">The value.</param>
    /// <param name="now">What relative times count from.</param>
    /// <exception cref="QueryException">The value does not suit the field or the comparison.</exception>
    public static CompiledQuery Compile(EventField field, string comparison, QueryValue value, DateTimeOffset now)
    {
        if (comparison == "!=")
        {
            return Compile(field, ":", value, now).Not();
        }

        if (comparison == "~")
        {
            return Matches(field, value);
        }

        var equals = comparison is ":" or "=";
        if (equals && !value.Quoted && value.Text == "*")
        {
            var get = field.Get;
            return new CompiledQuery(e => get(e).Exists, IndexPlan.All);
        }

        return field.Name switch
        {
            "event.type" when equals => Types(value),
            "event.severity" => Severities(comparison, value),
            _ when Times.Contains(field.Name) => Number(field, comparison, value.Text.Length == 10 && equals ? throw DayAsMoment(value) : QueryTime.Parse(value, now)),
            _ => field.Kind switch
            {
                FieldKind.Address => Address(field, equals, value),
                FieldKind.Integer => equals && !value.Quoted && Wildcard.IsPattern(value.Text) ? Text(field, value) : Number(field, comparison, Integer(value)),
                FieldKind.Real => Real(field, comparison, value),
                FieldKind.Bool => Flag(field, equals, value),
                _ when equals => Text(field, value),
                _ => Ordered(field, comparison, value),
            },
        };
    }

    private static QueryException DayAsMoment(QueryValue value) =>
        new($"A time equals a day at no moment; write [{value.Text} to ...] or >={value.Text}", value.Column);

    private static CompiledQuery Types(QueryValue value)
    {
        if (!value.Quoted && Wildcard.IsPattern(value.Text))
        {
            var pattern = value.Text;
            return OfTypes([.. EventTypes.All.Where(t => t.Aliases.Prepend(t.Name).Any(w => Wildcard.IsMatch(w, pattern))).Select(t => t.Type)]);
        }

        if (EventTypes.Named(value.Text) is { Count: > 0 } types)
        {
            return OfTypes([.. types.Select(t => t.Type)]);
        }

        if (int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return OfTypes([(EventType)number]);
        }

        throw new QueryException($"There is no event type \"{value.Text}\"", value.Column);
    }

    private static CompiledQuery OfTypes(HashSet<EventType> types)
    {
        var plan = types.Select(t => IndexPlan.Range(IndexField.Type, (uint)t, (uint)t)).Aggregate((IndexPlan?)null, (a, b) => a is null ? b : IndexPlan.Or(a, b))
            ?? IndexPlan.Range(IndexField.Type, IndexTerms.MaxTerm, IndexTerms.MaxTerm);
        if (types.Count == 1)
        {
            var type = types.Single();
            return new CompiledQuery(e => e.Type == type, plan, type == EventType.Unspecified ? null : BytesTest.Type(type));
        }

        return new CompiledQuery(e => types.Contains(e.Type), plan);
    }

    private static CompiledQuery Severities(string comparison, QueryValue value)
    {
        // The words of all the scales that people know.
        var level = value.Text.ToLowerInvariant() switch
        {
            "info" or "informational" or "notice" or "debug" => 1,
            "warning" or "warn" or "low" or "medium" => 2,
            "error" or "err" or "high" => 3,
            "critical" or "crit" or "alert" or "emergency" => 4,
            _ => throw new QueryException($"\"{value.Text}\" is no severity; use {string.Join(", ", SeverityNames.Skip(1))}", value.Column),
        };
        var (low, high) = comparison switch
        {
            ">" => (level + 1, 4),
            ">=" => (level, 4),
            "<" => (0, level - 1),
            "<=" => (0, level),
            _ => (level, level),
        };
        return new CompiledQuery(
            e => (int)e.Severity >= low && (int)e.Severity <= high,
            low <= high ? IndexPlan.Range(IndexField.Severity, (uint)low, (uint)high) : IndexPlan.Range(IndexField.Severity, IndexTerms.MaxTerm, IndexTerms.MaxTerm));
    }

    private static CompiledQuery Address(EventField field, bool equals, QueryValue value)
    {
        var get = field.Get;
        if (!value.Quoted && Wildcard.IsPattern(value.Text))
        {
            return Text(field, value);
        }

        var range = AddressRange.Parse(value.Text, value.Column);
        if (!equals)
        {
            throw new QueryException("Addresses are compared by \":\", with a network such as 203.0.113.0/24 for a range", value.Column);
        }

        var plan = IndexPlan.All;
        BytesTest? bytes = null;
        if (IndexOf(field) is { } index)
        {
            var (low, high) = range.Bounds;
            plan = range.IsIPv4 ? IndexPlan.Range(index, (ulong)low, (ulong)high) : IndexPlan.Range(index, (ulong)(low >> 80), (ulong)(high >> 80));
            bytes = AddressBytes(index == IndexField.SourceIp ? Event.SourceIpFieldNumber : Event.DestinationIpFieldNumber, range);
        }

        return new CompiledQuery(e => get(e) is { Kind: FieldKind.Address } address && range.Contains(address.Address), plan, bytes);
    }

    private static BytesTest? AddressBytes(int field, AddressRange range)
    {
        // An IPv4 address may also have been written as IPv4-mapped IPv6.
        if (!range.IsIPv4)
        {
            return null;
        }

        var (low, high) = range.Bounds;
        var whole = System.Numerics.BitOperations.LeadingZeroCount((uint)low ^ (uint)high) / 8;
        Span<byte> octets = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, (byte)(low >> 24), (byte)(low >> 16), (byte)(low >> 8), (byte)low];
        return BytesTest.Or(BytesTest.Field(field, 4, octets.Slice(12, whole)), BytesTest.Field(field, 16, octets[..(12 + whole)]));
    }

    private static CompiledQuery Number(EventField field, string comparison, long number)
    {
        var get = field.Get;
        Func<long, bool> test = comparison switch
        {
            ">" => n => n > number,
            ">=" => n => n >= number,
            "<" => n => n < number,
            "<=" => n => n <= number,
            _ => n => n == number,
        };
        return new CompiledQuery(e => get(e) is { Exists: true } value && test(value.Integer), IndexPlan.All);
    }

    private static CompiledQuery Real(EventField field, string comparison, QueryValue value)
    {
        double number;
        if (QueryTime.TryDuration(value.Text, out var duration))
        {
            number = duration / 1e9;
        }
        else if (!double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
        {
            throw new QueryException($"\"{value.Text}\" is no number", value.Column);
        }

        var get = field.Get;
        Func<double, bool> test = comparison switch
        {
            ">" => n => n > number,
            ">=" => n => n >= number,
            "<" => n => n < number,
            "<=" => n => n <= number,
            _ => n => n == number,
        };
        return new CompiledQuery(e => get(e) is { Exists: true } v && test(v.Real), IndexPlan.All);
    }

    private static CompiledQuery Flag(EventField field, bool equals, QueryValue value)
    {
        var wanted = value.Text.ToLowerInvariant() switch
        {
            "true" or "yes" or "1" => true,
            "false" or "no" or "0" => false,
            _ => throw new QueryException($"\"{value.Text}\" is neither true nor false", value.Column),
        };
        if (!equals)
        {
            throw new QueryException($"{field.Name} is either true or false; compare it by \":\"", value.Column);
        }

        var get = field.Get;
        // An absent flag is false.
        return new CompiledQuery(e => get(e) is var flag && (flag.Exists && flag.Bool) == wanted, IndexPlan.All);
    }

    private static CompiledQuery Text(EventField field, QueryValue value)
    {
        var text = value.Text;
        if (!value.Quoted && Wildcard.IsPattern(text))
        {
            return OfText(field, v => Wildcard.IsMatch(v, text), IndexPlan.All, IsVerbatim(field) ? BytesTest.Pattern(text) : null);
        }

        var plan = IndexOf(field) is { } index && text.Length > 0 ? IndexPlan.Text(index, text) : IndexPlan.All;
        return OfText(field, v => string.Equals(v, text, StringComparison.OrdinalIgnoreCase), plan, IsVerbatim(field) ? BytesTest.Text(text) : null);
    }

    private static CompiledQuery Ordered(EventField field, string comparison, QueryValue value)
    {
        var text = value.Text;
        return OfText(
            field,
            comparison switch
            {
                ">" => v => string.Compare(v, text, StringComparison.OrdinalIgnoreCase) > 0,
                ">=" => v => string.Compare(v, text, StringComparison.OrdinalIgnoreCase) >= 0,
                "<" => v => string.Compare(v, text, StringComparison.OrdinalIgnoreCase) < 0,
                _ => v => string.Compare(v, text, StringComparison.OrdinalIgnoreCase) <= 0,
            },
            IndexPlan.All);
    }

    private static CompiledQuery Matches(EventField field, QueryValue value)
    {
        Regex regex;
        try
        {
            // Time grows with the text alone, whatever the pattern.
            regex = new Regex(value.Text, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new QueryException($"The pattern \"{value.Text}\" cannot be used: {e.Message}", value.Column);
        }

        return OfText(field, regex.IsMatch, IndexPlan.All);
    }

    private static CompiledQuery OfText(EventField field, Func<string, bool> test, IndexPlan plan, BytesTest? bytes = null)
    {
        var get = field.Get;
        return new CompiledQuery(
            e =>
            {
                var value = get(e);
                switch (value.Kind)
                {
                    case FieldKind.None:
                        return false;
                    case FieldKind.Text:
                        return test(value.Text);
                    case FieldKind.Texts:
                        foreach (var text in value.Texts)
                        {
                            if (test(text))
                            {
                                return true;
                            }
                        }

                        return false;
                    default:
                        return test(value.ToString());
                }
            },
            plan,
            bytes);
    }

    // Whether the field's text stands in the encoded event as it is, rather than being made of numbers.
    private static bool IsVerbatim(EventField field) => field.Kind is FieldKind.Text or FieldKind.Texts && !Derived.Contains(field.Name);

    private static long Integer(QueryValue value) =>
        long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new QueryException($"\"{value.Text}\" is no whole number", value.Column);

    private static IndexField? IndexOf(EventField field) => field.Name switch
    {
        "source.ip" => IndexField.SourceIp,
        "destination.ip" => IndexField.DestinationIp,
        "user.name" => IndexField.User,
        "user.aor" => IndexField.Aor,
        "sip.call_id" => IndexField.CallId,
        "host.name" => IndexField.Host,
        "agent.id" => IndexField.Sensor,
        _ => null,
    };
}

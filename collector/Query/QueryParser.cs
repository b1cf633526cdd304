using System.Text;
using SensorNet.Proto;

namespace SensorNet.Collector.Query;

/// <summary>
/// The query language. A query is made of tests, joined by <c>and</c> (or nothing), <c>or</c>, <c>not</c> and parentheses;
/// <c>not</c> binds first, then <c>and</c>, then <c>or</c>.
/// </summary>
/// <remarks>
/// Tests: <c>field:value</c>, <c>field!=value</c>, <c>field&gt;=value</c> (also written <c>field:&gt;=value</c>), <c>field:[low to high]</c> (both
/// included; * leaves an end open), <c>field:(a or b)</c>, <c>field~pattern</c> (regular expression), <c>field:*</c> (present).
/// Fields have their ECS names or any alias of the catalogue. Values may have the wildcards * and ?, unless quoted; addresses
/// may be networks (203.0.113.0/24); times may be relative (<c>event.time:&gt;now-1h</c>, or shorter <c>last:1h</c>, <c>after:</c>, <c>before:</c>).
/// A word or a quoted text alone is looked for in message and raw record; a word that names an event type also finds that type.
/// </remarks>
internal ref struct QueryParser
{
    /// <summary>Longest query text, in characters.</summary>
    public const int MaxLength = 8192;

    private const int MaxDepth = 64;

    private readonly string text;
    private readonly DateTimeOffset now;
    private int at;
    private int depth;

    public QueryParser(string text, TimeProvider clock)
    {
        this.text = text;
        now = clock.GetUtcNow();
    }

    /// <exception cref="QueryException">The text cannot be understood.</exception>
    public CompiledQuery Parse()
    {
        if (text.Length > MaxLength)
        {
            throw new QueryException($"A query has at most {MaxLength} characters");
        }

        var query = ParseOr();
        SkipSpace();
        return at == text.Length ? query : throw new QueryException("There is a \")\" without its \"(\"", at + 1);
    }

    private CompiledQuery ParseOr()
    {
        if (++depth > MaxDepth)
        {
            throw new QueryException($"Parentheses are nested more than {MaxDepth} deep", at + 1);
        }

        var left = ParseAnd();
        while (TakeWord("or") || TakeSymbol("||"))
        {
            left = left.Or(ParseAnd());
        }

        depth--;
        return left;
    }

    private CompiledQuery ParseAnd()
    {
        var left = ParseNot();
        while (true)
        {
            if (TakeWord("and") || TakeSymbol("&&"))
            {
                left = left.And(ParseNot());
                continue;
            }

            SkipSpace();
            if (at == text.Length || text[at] == ')' || IsWord("or") || text.AsSpan(at).StartsWith("||"))
            {
                return left;
            }

            left = left.And(ParseNot());
        }
    }

    private CompiledQuery ParseNot()
    {
        var negations = 0;
        while (TakeWord("not") || TakeSymbol("!"))
        {
            negations++;
        }

        SkipSpace();
        if (at < text.Length - 1 && text[at] == '-' && !char.IsWhiteSpace(text[at + 1]))
        {
            at++;
            negations++;
        }

        var query = ParsePrimary();
        return negations % 2 == 1 ? query.Not() : query;
    }

    private CompiledQuery ParsePrimary()
    {
        SkipSpace();
        if (at == text.Length)
        {
            throw new QueryException(at == 0 || string.IsNullOrWhiteSpace(text) ? "The query is empty" : "Something is missing at the end of the query", text.Length + 1);
        }

        if (text[at] == ')')
        {
            throw new QueryException("Something is missing before \")\"", at + 1);
        }

        if (text[at] == '(')
        {
            var open = at++;
            var inner = ParseOr();
            return TakeSymbol(")") ? inner : throw new QueryException("This \"(\" is never closed", open + 1);
        }

        if (text[at] == '[')
        {
            throw new QueryException("A range needs its field, as in sip.status_code:[400 to 499]", at + 1);
        }

        var name = PeekFieldName(out var comparison);
        if (name.Length == 0)
        {
            return FreeText(ReadValue());
        }

        var column = at + 1;
        at += name.Length + comparison.Length;
        return ParseTest(name, column, comparison);
    }

    private CompiledQuery ParseTest(string name, int column, string comparison)
    {
        if (comparison == ":")
        {
            comparison = TakeComparison() ?? comparison;
        }

        switch (name.ToLowerInvariant())
        {
            case "last":
                var span = ReadValue();
                return QueryTime.TryDuration(span.Text, out _)
                    ? Test(EventTime, ">=", span with { Text = "-" + span.Text })
                    : throw new QueryException($"\"{span.Text}\" is no length of time; write 90s, 15m, 2h or 7d", span.Column);
            case "after" or "since":
                return Test(EventTime, ">=", ReadValue());
            case "before" or "until":
                return Test(EventTime, "<", ReadValue());
            case "text":
                return FreeText(ReadValue());
            default:
                break;
        }

        var field = QueryField.Resolve(name, column);
        if (comparison is ":" or "=" && at < text.Length && text[at] == '[')
        {
            return ParseRange(field);
        }

        if (at < text.Length && text[at] == '(')
        {
            return ParseList(field, comparison);
        }

        return Test(field, comparison, ReadValue());
    }

    private static EventField EventTime => EventFields.Resolve("event.time");

    private readonly CompiledQuery Test(EventField field, string comparison, QueryValue value) => FieldTest.Compile(field, comparison, value, now);

    private CompiledQuery ParseRange(EventField field)
    {
        var open = at++;
        SkipSpace();
        var low = ReadValue();
        if (!TakeWord("to") && !TakeSymbol(","))
        {
            throw new QueryException("A range is written [low to high]", at + 1);
        }

        SkipSpace();
        var high = ReadValue();
        if (!TakeSymbol("]"))
        {
            throw new QueryException("This \"[\" is never closed by \"]\"", open + 1);
        }

        var query = CompiledQuery.All;
        if (low.Text != "*")
        {
            query = query.And(Test(field, ">=", low));
        }

        return high.Text == "*" ? query : query.And(Test(field, "<=", high));
    }

    private CompiledQuery ParseList(EventField field, string comparison)
    {
        var open = at++;
        CompiledQuery? any = null;
        while (!TakeSymbol(")"))
        {
            if (at == text.Length)
            {
                throw new QueryException("This \"(\" is never closed", open + 1);
            }

            if (any is not null && (TakeWord("or") || TakeSymbol(",") || TakeSymbol("||")))
            {
                SkipSpace();
            }

            var test = Test(field, comparison == "!=" ? ":" : comparison, ReadValue());
            any = any is null ? test : any.Or(test);
        }

        return any is null ? throw new QueryException("The list of values is empty", open + 1)
            : comparison == "!=" ? any.Not() : any;
    }

    private readonly CompiledQuery FreeText(QueryValue value)
    {
        if (value.Text.Length == 0)
        {
            throw new QueryException("There is nothing to look for between these quotes", value.Column);
        }

        if (!value.Quoted && Wildcard.IsPattern(value.Text))
        {
            if (value.Text.AsSpan().IndexOfAnyExcept('*') < 0)
            {
                return CompiledQuery.All;
            }

            var pattern = $"*{value.Text}*";
            return new CompiledQuery(e => Wildcard.IsMatch(e.Message, pattern) || (!e.Raw.IsEmpty && Wildcard.IsMatch(Encoding.UTF8.GetString(e.Raw.Span), pattern)), IndexPlan.All, BytesTest.Pattern(pattern));
        }

        var search = new TextSearch(value.Text);
        var found = new CompiledQuery(search.IsMatch, IndexPlan.All, BytesTest.Text(value.Text));
        return !value.Quoted && EventTypes.TryParse(value.Text, out _) && EventFields.TryGet("event.type", out var type)
            ? found.Or(Test(type, ":", value))
            : found;
    }

    /// <summary>The field's name when a test begins here, with its comparison; empty when something else does.</summary>
    private readonly string PeekFieldName(out string comparison)
    {
        comparison = "";
        var end = at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '.' or '@' or '-'))
        {
            end++;
        }

        if (end == at || end == text.Length)
        {
            return "";
        }

        foreach (var candidate in (ReadOnlySpan<string>)["!=", ">=", "<=", ":", "=", ">", "<", "~"])
        {
            if (text.AsSpan(end).StartsWith(candidate))
            {
                comparison = candidate;
                return text[at..end];
            }
        }

        return "";
    }

    private string? TakeComparison()
    {
        foreach (var candidate in (ReadOnlySpan<string>)[">=", "<=", ">", "<", "~", "!"])
        {
            if (text.AsSpan(at).StartsWith(candidate))
            {
                at += candidate.Length;
                return candidate == "!" ? "!=" : candidate;
            }
        }

        return null;
    }

    private QueryValue ReadValue()
    {
        SkipSpace();
        var column = at + 1;
        if (at < text.Length && text[at] is '"' or '\'')
        {
            return ReadQuoted(column);
        }

        var start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not ('(' or ')' or ']' or ',' or '"'))
        {
            at++;
        }

        return at > start ? new QueryValue(text[start..at], Quoted: false, column) : throw new QueryException("A value is missing here", column);
    }

    private QueryValue ReadQuoted(int column)
    {
        var quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            // A backslash stands before a quote or another one; elsewhere, as in patterns and paths, for itself.
            if (text[at] == '\\' && at + 1 < text.Length && (text[at + 1] == quote || text[at + 1] == '\\'))
            {
                at++;
            }

            value.Append(text[at++]);
        }

        if (at == text.Length)
        {
            throw new QueryException("This quote is never closed", column);
        }

        at++;
        return new QueryValue(value.ToString(), Quoted: true, column);
    }

    private void SkipSpace()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
    }

    private bool IsWord(string word)
    {
        SkipSpace();
        var end = at + word.Length;
        return end <= text.Length
            && text.AsSpan(at, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase)
            && (end == text.Length || char.IsWhiteSpace(text[end]) || text[end] is '(' or ')' or '"');
    }

    private bool TakeWord(string word)
    {
        if (!IsWord(word))
        {
            return false;
        }

        at += word.Length;
        return true;
    }

    private bool TakeSymbol(string symbol)
    {
        SkipSpace();
        if (!text.AsSpan(at).StartsWith(symbol))
        {
            return false;
        }

        at += symbol.Length;
        return true;
    }
}

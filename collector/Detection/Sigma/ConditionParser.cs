namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// The condition grammar of Sigma 2.1: <c>or</c> binds weakest, then <c>and</c>, then <c>not</c>; parentheses;
/// <c>1 of</c>, <c>any of</c>, <c>all of</c> with a name, a pattern with <c>*</c>, or <c>them</c>.
/// </summary>
internal sealed class ConditionParser
{
    private const int MaximumDepth = 64;
    private readonly List<string> _tokens;
    private int _next;
    private int _depth;
    private string? _error;

    private ConditionParser(List<string> tokens) => _tokens = tokens;

    /// <returns>Null and an error that says what was expected, when the text is not a condition.</returns>
    public static ConditionNode? Parse(string text, out string? error)
    {
        if (text.Contains('|', StringComparison.Ordinal))
        {
            error = "aggregations in a condition (`| count() ...`) are not supported: write a correlation rule of type event_count or value_count";
            return null;
        }

        var parser = new ConditionParser(Tokenise(text));
        var node = parser.ReadOr();
        if (parser._error is null && parser._next < parser._tokens.Count)
        {
            parser.Fail($"'{parser._tokens[parser._next]}' was not expected here");
        }

        error = parser._error;
        return error is null ? node : null;
    }

    private static List<string> Tokenise(string text)
    {
        var tokens = new List<string>();
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : ' ';
            if (c is '(' or ')' || char.IsWhiteSpace(c))
            {
                if (start >= 0)
                {
                    tokens.Add(text[start..i]);
                    start = -1;
                }

                if (c is '(' or ')')
                {
                    tokens.Add(c.ToString());
                }
            }
            else if (start < 0)
            {
                start = i;
            }
        }

        return tokens;
    }

    private ConditionNode? ReadOr()
    {
        var left = ReadAnd();
        while (left is not null && TakeWord("or"))
        {
            var right = ReadAnd();
            if (right is null)
            {
                return null;
            }

            left = new ConditionNode.Or(left, right);
        }

        return left;
    }

    private ConditionNode? ReadAnd()
    {
        var left = ReadNot();
        while (left is not null && TakeWord("and"))
        {
            var right = ReadNot();
            if (right is null)
            {
                return null;
            }

            left = new ConditionNode.And(left, right);
        }

        return left;
    }

    private ConditionNode? ReadNot()
    {
        if (++_depth > MaximumDepth)
        {
            return Fail($"nested deeper than {MaximumDepth}");
        }

        ConditionNode? node;
        if (TakeWord("not"))
        {
            var inner = ReadNot();
            node = inner is null ? null : new ConditionNode.Not(inner);
        }
        else
        {
            node = ReadPrimary();
        }

        _depth--;
        return node;
    }

    private ConditionNode? ReadPrimary()
    {
        if (_next >= _tokens.Count)
        {
            return Fail("the condition ends where a name was expected");
        }

        var token = _tokens[_next++];
        if (token == "(")
        {
            var inner = ReadOr();
            if (inner is not null && !TakeWord(")"))
            {
                return Fail("a closing parenthesis is missing");
            }

            return inner;
        }

        if (_next < _tokens.Count && IsWord(_tokens[_next], "of")
            && (token == "1" || IsWord(token, "any") || IsWord(token, "all")))
        {
            _next++;
            if (_next >= _tokens.Count || _tokens[_next] is "(" or ")")
            {
                return Fail($"'{token} of' needs a name, a pattern or 'them'");
            }

            return new ConditionNode.Quantified(IsWord(token, "all"), _tokens[_next++]);
        }

        if (token == ")" || IsWord(token, "and") || IsWord(token, "or") || IsWord(token, "of"))
        {
            return Fail($"'{token}' stands where a name was expected");
        }

        return new ConditionNode.Name(token);
    }

    private bool TakeWord(string word)
    {
        if (_next < _tokens.Count && IsWord(_tokens[_next], word))
        {
            _next++;
            return true;
        }

        return false;
    }

    private static bool IsWord(string token, string word) => token.Equals(word, StringComparison.OrdinalIgnoreCase);

    private ConditionNode? Fail(string error)
    {
        _error ??= error;
        return null;
    }
}

using System.Text;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// A pattern of an operator's parser: text with fields in braces, <c>login failed for {user:last} from {source_ip}</c>. A field
/// takes what stands before the next text of the pattern: before its first occurrence, or with <c>:last</c> before its last,
/// for fields that a stranger may fill with anything. <c>{_}</c> takes and forgets. The whole message must fit. Matching is
/// linear in the message for each field; there is nothing that backtracks.
/// </summary>
internal sealed class OperatorPattern
{
    private const int MaxFields = 32;

    private readonly byte[] _head;
    private readonly Field[] _fields;

    private OperatorPattern(byte[] head, Field[] fields)
    {
        _head = head;
        _fields = fields;
    }

    /// <summary>The fields' names, in order; <c>_</c> for those that are forgotten.</summary>
    public IEnumerable<string> Names => _fields.Select(f => f.Name);

    public int Count => _fields.Length;

    /// <exception cref="FormatException">What is wrong with the pattern, in words.</exception>
    public static OperatorPattern Parse(string pattern)
    {
        var fields = new List<Field>();
        var open = pattern.IndexOf('{', StringComparison.Ordinal);
        var head = open < 0 ? pattern : pattern[..open];
        var rest = open < 0 ? "" : pattern[open..];
        while (rest.Length > 0)
        {
            var close = rest.IndexOf('}', StringComparison.Ordinal);
            if (close < 0)
            {
                throw new FormatException($"`{rest}` has no closing brace");
            }

            var name = rest[1..close];
            var last = name.EndsWith(":last", StringComparison.Ordinal);
            name = last ? name[..^5] : name;
            rest = rest[(close + 1)..];
            var next = rest.IndexOf('{', StringComparison.Ordinal);
            var text = next < 0 ? rest : rest[..next];
            rest = next < 0 ? "" : rest[next..];
            if (text.Length == 0 && rest.Length > 0)
            {
                throw new FormatException($"field `{name}` and the one behind it have nothing between them, so where one ends is unknown");
            }

            if (fields.Count == MaxFields)
            {
                throw new FormatException($"a pattern has at most {MaxFields} fields");
            }

            fields.Add(new Field(name, Encoding.UTF8.GetBytes(text), last));
        }

        return new OperatorPattern(Encoding.UTF8.GetBytes(head), [.. fields]);
    }

    public string NameOf(int index) => _fields[index].Name;

    /// <summary>Where each field stands in the message.</summary>
    /// <param name="message">The line's message.</param>
    /// <param name="ranges">At least as many as there are fields.</param>
    /// <param name="failed">The number of the field at which it did not fit; -1: the text before the first.</param>
    public bool Match(ReadOnlySpan<byte> message, Span<Range> ranges, out int failed)
    {
        failed = -1;
        if (!message.StartsWith(_head) || (_fields.Length == 0 && message.Length != _head.Length))
        {
            return false;
        }

        var at = _head.Length;
        for (failed = 0; failed < _fields.Length; failed++)
        {
            var field = _fields[failed];
            var rest = message[at..];
            int length;
            if (field.Until.Length == 0)
            {
                length = rest.Length;
            }
            else if (failed == _fields.Length - 1)
            {
                // The pattern's end is the message's end.
                length = rest.EndsWith(field.Until) ? rest.Length - field.Until.Length : -1;
            }
            else
            {
                length = field.Last ? rest.LastIndexOf(field.Until) : rest.IndexOf(field.Until);
            }

            if (length < 0)
            {
                return false;
            }

            ranges[failed] = at..(at + length);
            at += length + field.Until.Length;
        }

        return true;
    }

    private readonly record struct Field(string Name, byte[] Until, bool Last);
}

using System.Text;

namespace SensorNet.Sensor.Sip;

/// <summary>Walks <c>;name=value</c> parameters; quoted values keep their quotes. A view: no allocation.</summary>
internal ref struct SipParameters(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _next;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Empty when the parameter has no value.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Moves to the next parameter. The text may start with a semicolon or with a name.</summary>
    public bool MoveNext()
    {
        while (_next < _text.Length)
        {
            var end = SipText.IndexOutsideQuotes(_text, _next, (byte)';');
            var part = _text[_next..end];
            _next = end + 1;
            var equals = part.IndexOf((byte)'=');
            Name = SipText.Trim(equals < 0 ? part : part[..equals]);
            Value = equals < 0 ? [] : SipText.Trim(part[(equals + 1)..]);
            if (!Name.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The value of the first parameter of that name (lower case, a letter first), quotes taken off.</summary>
    public static bool TryFind(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < text.Length; i = SipText.IndexOutsideQuotes(text, i, (byte)';') + 1)
        {
            while (i < text.Length && SipText.IsSpace(text[i]))
            {
                i++;
            }

            if (text.Length - i < name.Length || (text[i] | 0x20) != name[0] || !Ascii.EqualsIgnoreCase(text.Slice(i, name.Length), name))
            {
                continue;
            }

            var end = i + name.Length;
            while (end < text.Length && SipText.IsSpace(text[end]))
            {
                end++;
            }

            if (end == text.Length || text[end] == (byte)';')
            {
                value = [];
                return true;
            }

            if (text[end] == (byte)'=')
            {
                value = Unquote(SipText.Trim(text[(end + 1)..SipText.IndexOutsideQuotes(text, end + 1, (byte)';')]));
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The text inside quotes, escapes left as they are; an unquoted text as it is.</summary>
    public static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> text) =>
        text.Length >= 2 && text[0] == (byte)'"' && text[^1] == (byte)'"' ? text[1..^1] : text;
}

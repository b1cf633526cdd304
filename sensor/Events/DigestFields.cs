using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Events;

/// <summary>Walks <c>name=value, name="value"</c> of a challenge or its answer (RFC 3261 section 25.1, digest-response). A view: no allocation.</summary>
internal ref struct DigestFields(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _next;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Without its quotes; escapes left as they are.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Moves to the next field; what has no name or no equals sign is passed over.</summary>
    public bool MoveNext()
    {
        while (_next < _text.Length)
        {
            var start = _next;
            while (start < _text.Length && SipText.IsSpace(_text[start]))
            {
                start++;
            }

            var equals = start;
            while (equals < _text.Length && _text[equals] is not ((byte)'=' or (byte)',' or (byte)'"' or (byte)'<'))
            {
                equals++;
            }

            if (equals > start && equals < _text.Length && _text[equals] == (byte)'=' && EndOfUsual(equals + 1) is var end and >= 0)
            {
                Name = SipText.Trim(_text[start..equals]);
                Value = equals + 1 < _text.Length && _text[equals + 1] == (byte)'"' ? _text[(equals + 2)..(end - 1)] : SipText.Trim(_text[(equals + 1)..end]);
                _next = end + 1;
                return true;
            }

            if (ReadByGrammar(start))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where a value ends that is one quoted text, or has neither quotes nor brackets; -1 for any other.</summary>
    private readonly int EndOfUsual(int start)
    {
        if (start < _text.Length && _text[start] == (byte)'"')
        {
            var end = SipText.EndOfQuoted(_text, start);
            return end < 0 || (end < _text.Length && _text[end] != (byte)',') ? -1 : end;
        }

        var length = _text[start..].IndexOfAny((byte)',', (byte)'"', (byte)'<');
        return length < 0 ? _text.Length : _text[start + length] == (byte)',' ? start + length : -1;
    }

    private bool ReadByGrammar(int start)
    {
        var end = SipText.IndexOutsideQuotes(_text, start, (byte)',');
        _next = end + 1;
        var part = SipText.Trim(_text[start..end]);
        var equals = part.IndexOf((byte)'=');
        if (equals <= 0)
        {
            return false;
        }

        Name = SipText.Trim(part[..equals]);
        Value = SipParameters.Unquote(SipText.Trim(part[(equals + 1)..]));
        return true;
    }
}

namespace SensorNet.Sensor.Sip;

/// <summary>Walks the comma-separated values of one header (RFC 3261 section 7.3.1). A view: no allocation.</summary>
internal ref struct SipList(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _next;

    public ReadOnlySpan<byte> Current { get; private set; }

    public bool MoveNext()
    {
        if (_next == 0 && !_text.Contains((byte)','))
        {
            // As most headers are: one value.
            Current = SipText.Trim(_text);
            _next = int.MaxValue;
            return !Current.IsEmpty;
        }

        while (_next < _text.Length)
        {
            var end = SipText.IndexOutsideQuotes(_text, _next, (byte)',');
            Current = SipText.Trim(_text[_next..end]);
            _next = end + 1;
            if (!Current.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }
}

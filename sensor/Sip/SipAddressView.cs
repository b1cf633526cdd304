namespace SensorNet.Sensor.Sip;

/// <summary>
/// A From, To, Contact or similar value as views: <c>"display" &lt;uri&gt;;parameters</c> or <c>uri;parameters</c>
/// (RFC 3261 section 20.10: without angle brackets all parameters belong to the header).
/// </summary>
internal readonly ref struct SipAddressView
{
    private SipAddressView(ReadOnlySpan<byte> display, ReadOnlySpan<byte> uri, ReadOnlySpan<byte> parameters, bool bracketed)
    {
        Display = display;
        Uri = uri;
        Parameters = parameters;
        Bracketed = bracketed;
    }

    /// <summary>Without its quotes; escapes left as they are.</summary>
    public ReadOnlySpan<byte> Display { get; }

    public ReadOnlySpan<byte> Uri { get; }

    /// <summary>All behind the address; starts with a semicolon, if not empty.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    public bool Bracketed { get; }

    /// <summary>False when a quote or bracket is not closed; nothing can be said of such a value.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipAddressView address)
    {
        address = default;
        var bracket = 0;
        if (value.Length > 0 && value[0] == (byte)'"')
        {
            bracket = SipText.EndOfQuoted(value, 0);
            if (bracket < 0)
            {
                return false;
            }
        }

        var open = value[bracket..].IndexOf((byte)'<');
        if (open < 0)
        {
            if (bracket > 0)
            {
                return false;
            }

            var end = value.IndexOf((byte)';');
            address = end < 0
                ? new SipAddressView([], SipText.Trim(value), [], false)
                : new SipAddressView([], SipText.Trim(value[..end]), value[end..], false);
            return true;
        }

        open += bracket;
        var close = value[open..].IndexOf((byte)'>');
        if (close < 0)
        {
            return false;
        }

        close += open;
        var display = SipText.Trim(value[..open]);
        address = new SipAddressView(SipParameters.Unquote(display), SipText.Trim(value[(open + 1)..close]), SipText.Trim(value[(close + 1)..]), true);
        return true;
    }
}

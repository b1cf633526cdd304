namespace SensorNet.Sensor.Sip;

/// <summary>One Via value as views (RFC 3261 section 20.42); white space around the slashes is allowed.</summary>
internal readonly ref struct SipViaView
{
    private SipViaView(ReadOnlySpan<byte> transport, ReadOnlySpan<byte> sentBy, ReadOnlySpan<byte> parameters)
    {
        Transport = transport;
        SentBy = sentBy;
        Parameters = parameters;
    }

    public ReadOnlySpan<byte> Transport { get; }

    public ReadOnlySpan<byte> SentBy { get; }

    public ReadOnlySpan<byte> Parameters { get; }

    public ReadOnlySpan<byte> Branch => SipParameters.TryFind(Parameters, "branch"u8, out var branch) ? branch : [];

    /// <summary>Reads one value, without the commas of a list.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipViaView via)
    {
        via = default;
        int i;
        if (value.Length > 8 && value[..8].SequenceEqual("SIP/2.0/"u8))
        {
            i = 8;
        }
        else
        {
            i = AfterSlash(value, 0);
            i = i < 0 ? -1 : AfterSlash(value, i);
            if (i < 0)
            {
                return false;
            }
        }

        while (i < value.Length && SipText.IsSpace(value[i]))
        {
            i++;
        }

        var start = i;
        while (i < value.Length && !SipText.IsSpace(value[i]) && value[i] is not ((byte)';' or (byte)','))
        {
            i++;
        }

        var transport = value[start..i];
        if (!transport.SequenceEqual("UDP"u8) && (transport.IsEmpty || transport.ContainsAnyExcept(SipText.Token)))
        {
            return false;
        }

        while (i < value.Length && SipText.IsSpace(value[i]))
        {
            i++;
        }

        var end = value[i..].IndexOf((byte)';');
        var sentBy = SipText.Trim(end < 0 ? value[i..] : value.Slice(i, end));
        if (sentBy.IsEmpty)
        {
            return false;
        }

        via = new SipViaView(transport, sentBy, end < 0 ? [] : value[(i + end)..]);
        return true;
    }

    private static int AfterSlash(ReadOnlySpan<byte> value, int from)
    {
        var slash = value[from..].IndexOf((byte)'/');
        if (slash < 0)
        {
            return -1;
        }

        var word = SipText.Trim(value.Slice(from, slash));
        return word.IsEmpty || word.ContainsAnyExcept(SipText.Token) ? -1 : from + slash + 1;
    }
}

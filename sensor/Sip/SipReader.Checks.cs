namespace SensorNet.Sensor.Sip;

/// <summary>What is wrong with a request that can be tracked all the same.</summary>
internal sealed partial class SipReader
{
    private void CheckRequest(ReadOnlySpan<byte> data)
    {
        if (_index.Method == SipMethod.Other)
        {
            Note(SipAnomalies.UnknownMethod);
        }

        if (_index.Unusual)
        {
            CheckControlCharacters(data[.._index.BodyOffset]);
        }

        CheckMaxForwards(data);
        CheckScheme(data);
        CheckContact(data);
        var expires = _index.First[(int)SipHeaderId.Expires];
        if (expires >= 0 && (!SipText.TryParseNumber(_index.Headers[expires].Value.Of(data), out var seconds) || seconds > uint.MaxValue))
        {
            Note(SipAnomalies.BadExpires);
        }

        var date = _index.First[(int)SipHeaderId.Date];
        if (date >= 0 && !_index.Headers[date].Value.Of(data).EndsWith("GMT"u8))
        {
            // RFC 3261 section 20.17: SIP dates are in GMT only.
            Note(SipAnomalies.BadDate);
        }
    }

    /// <summary>RFC 3261 section 25.1: control characters stand nowhere but behind a backslash in quoted strings.</summary>
    private void CheckControlCharacters(ReadOnlySpan<byte> header)
    {
        var i = 0;
        while (true)
        {
            var step = header[i..].IndexOfAnyInRange((byte)0, (byte)8);
            if (step < 0)
            {
                return;
            }

            i += step;
            if (i == 0 || header[i - 1] != (byte)'\\')
            {
                Note(SipAnomalies.ControlCharacters);
                return;
            }

            i++;
        }
    }

    private void CheckMaxForwards(ReadOnlySpan<byte> data)
    {
        var line = _index.First[(int)SipHeaderId.MaxForwards];
        if (line < 0)
        {
            Note(SipAnomalies.MissingMaxForwards);
        }
        else if (!SipText.TryParseNumber(_index.Headers[line].Value.Of(data), out var hops) || hops > 255)
        {
            Note(SipAnomalies.BadMaxForwards);
        }
    }

    private void CheckScheme(ReadOnlySpan<byte> data)
    {
        var uri = _index.Uri.Of(data);
        if (uri.StartsWith("sip:"u8))
        {
            if (uri.Contains((byte)'?'))
            {
                CheckUriHeaders(uri);
            }

            return;
        }

        var view = SipUriView.Parse(uri);
        if (view.IsSip)
        {
            CheckUriHeaders(uri);
        }
        else if (!view.IsTel)
        {
            Note(SipAnomalies.UnknownScheme);
        }
    }

    private void CheckUriHeaders(ReadOnlySpan<byte> uri)
    {
        if (!SipUriView.Parse(uri).Headers.IsEmpty)
        {
            Note(SipAnomalies.HeadersInUri);
        }
    }

    private void CheckContact(ReadOnlySpan<byte> data)
    {
        var line = _index.First[(int)SipHeaderId.Contact];
        if (line < 0)
        {
            if (_index.Method is SipMethod.Invite or SipMethod.Subscribe)
            {
                // RFC 3261 section 8.1.1.8: a request that can establish a dialog has exactly one.
                Note(SipAnomalies.MissingContact);
            }

            return;
        }

        var text = _index.Headers[line].Value.Of(data);
        if (!text.Contains((byte)'<') && text.Contains((byte)'?'))
        {
            // RFC 3261 section 20: a URI with comma, question mark or semicolon must be in angle brackets.
            Note(SipAnomalies.BadContact);
        }
    }
}

using System.Text;

namespace SensorNet.Sensor.Sip;

/// <summary>Request lines and status lines.</summary>
internal sealed partial class SipReader
{
    private SipStatus ReadStartLine(ReadOnlySpan<byte> data, int start, int lineEnd)
    {
        var line = SipText.Trim(data, start, lineEnd);
        if (data[start..].StartsWith("SIP/"u8))
        {
            return ReadStatusLine(data, line);
        }

        return ReadRequestLine(data, start, line, lineEnd);
    }

    private SipStatus ReadStatusLine(ReadOnlySpan<byte> data, SipSlice line)
    {
        var text = line.Of(data);
        if (!text.StartsWith("SIP/2.0 "u8))
        {
            return text.StartsWith("SIP/2.0"u8) ? SipStatus.BadStartLine : SipStatus.BadVersion;
        }

        var i = 8;
        while (i < text.Length && text[i] == (byte)' ')
        {
            Note(SipAnomalies.StartLineSpacing);
            i++;
        }

        var code = text[i..];
        var end = code.IndexOf((byte)' ');
        code = end < 0 ? code : code[..end];
        if (!SipText.TryParseNumber(code, out var status) || code.Length != 3 || status is < 100 or > 699)
        {
            return SipStatus.BadStatusCode;
        }

        _index.StatusCode = (int)status;
        var reason = Math.Min(text.Length, i + 4);
        _index.Reason = new SipSlice(line.Offset + reason, text.Length - reason);
        return SipStatus.Ok;
    }

    private SipStatus ReadRequestLine(ReadOnlySpan<byte> data, int start, SipSlice line, int lineEnd)
    {
        var text = line.Of(data);
        var space = text.IndexOfAny((byte)' ', (byte)'\t');
        if (space <= 0)
        {
            return SipStatus.BadStartLine;
        }

        var method = SipMethodNames.Parse(text[..space]);
        if (method == SipMethod.Other && text[..space].ContainsAnyExcept(SipText.Token))
        {
            return SipStatus.BadStartLine;
        }

        var versionStart = text.LastIndexOfAny((byte)' ', (byte)'\t') + 1;
        var version = text[versionStart..];
        if (!version.SequenceEqual("SIP/2.0"u8))
        {
            if (Ascii.EqualsIgnoreCase(version, "SIP/2.0"u8))
            {
                // RFC 3261 section 7.1: the version is case-insensitive, though it must be sent in upper case.
                Note(SipAnomalies.StartLineSpacing);
            }
            else
            {
                return version.StartsWith("SIP/"u8) ? SipStatus.BadVersion : SipStatus.BadStartLine;
            }
        }

        if (versionStart <= space + 1)
        {
            return SipStatus.BadStartLine;
        }

        var uri = SipText.Trim(data, line.Offset + space, line.Offset + versionStart);
        var content = lineEnd > start && data[lineEnd - 1] == (byte)'\r' ? lineEnd - 1 : lineEnd;
        if (line.Offset != start || line.End != content || space + 1 + uri.Length + 1 != versionStart)
        {
            Note(SipAnomalies.StartLineSpacing);
        }

        _index.IsRequest = true;
        _index.MethodToken = new SipSlice(line.Offset, space);
        _index.Method = method;
        _index.Uri = CheckUri(data, uri);
        return _index.Uri.IsEmpty ? SipStatus.BadStartLine : SipStatus.Ok;
    }

    private SipSlice CheckUri(ReadOnlySpan<byte> data, SipSlice uri)
    {
        var text = uri.Of(data);
        if (text.Length > 2 && text[0] == (byte)'<' && text[^1] == (byte)'>')
        {
            Note(SipAnomalies.BracketedUri);
            uri = new SipSlice(uri.Offset + 1, uri.Length - 2);
            text = uri.Of(data);
        }

        if (text.ContainsAny((byte)' ', (byte)'\t'))
        {
            Note(SipAnomalies.WhitespaceInUri);
        }

        return uri;
    }
}

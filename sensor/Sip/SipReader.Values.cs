using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SensorNet.Sensor.Sip;

/// <summary>The values that every message is judged by.</summary>
internal sealed partial class SipReader
{
    private SipStatus ReadValues(ReadOnlySpan<byte> data)
    {
        var status = ReadTopVia(data);
        if (status != SipStatus.Ok)
        {
            return status;
        }

        status = ReadCallId(data);
        if (status != SipStatus.Ok)
        {
            return status;
        }

        status = ReadCSeq(data);
        if (status != SipStatus.Ok)
        {
            return status;
        }

        status = ReadAddress(data, SipHeaderId.From, SipStatus.MissingFrom, SipStatus.BadFrom, out _index.FromUri, out _index.FromTag);
        if (status != SipStatus.Ok)
        {
            return status;
        }

        status = ReadAddress(data, SipHeaderId.To, SipStatus.MissingTo, SipStatus.BadTo, out _index.ToUri, out _index.ToTag);
        if (status != SipStatus.Ok)
        {
            return status;
        }

        if (_index.FromTag.IsEmpty)
        {
            Note(SipAnomalies.MissingFromTag);
        }

        ReadContentLength(data);
        if ((_index.Repeated & Singular) != 0)
        {
            Note(SipAnomalies.DuplicateHeader);
        }

        return SipStatus.Ok;
    }

    /// <summary>Headers that may stand once.</summary>
    private const ulong Singular = (1UL << (int)SipHeaderId.From) | (1UL << (int)SipHeaderId.To) | (1UL << (int)SipHeaderId.CallId)
        | (1UL << (int)SipHeaderId.CSeq) | (1UL << (int)SipHeaderId.MaxForwards) | (1UL << (int)SipHeaderId.ContentLength)
        | (1UL << (int)SipHeaderId.Expires);

    private SipStatus ReadTopVia(ReadOnlySpan<byte> data)
    {
        var line = _index.First[(int)SipHeaderId.Via];
        if (line < 0)
        {
            return Fail(SipStatus.MissingVia, _index.BodyOffset);
        }

        ref readonly var header = ref _index.Headers[line];
        if (header.Folded)
        {
            Note(SipAnomalies.FoldedVia);
        }

        var text = header.Value.Of(data);
        if (ReadUsualVia(text, header.ValueOffset))
        {
            return SipStatus.Ok;
        }

        var comma = text.Contains((byte)',');
        var value = comma ? SipText.Trim(text[..SipText.IndexOutsideQuotes(text, 0, (byte)',')]) : text;
        if (!SipViaView.TryParse(value, out var via))
        {
            return Fail(SipStatus.BadVia, header.ValueOffset);
        }

        _index.TopVia = SliceOf(data, value);
        _index.SentBy = SliceOf(data, via.SentBy);
        SipUriView.SplitHostPort(via.SentBy, out var host, out var port);
        if (host.IsEmpty || port < 0)
        {
            Note(SipAnomalies.BadSentBy);
        }

        var branch = via.Branch;
        _index.Branch = SliceOf(data, branch);
        NoteBranch(branch);

        // ";;" and a parameter without a name are against the grammar (RFC 4475 section 3.1.2.1).
        if (via.Parameters.IndexOf(";;"u8) >= 0 || (comma && (text.EndsWith(","u8) || text.IndexOf(",,"u8) >= 0)))
        {
            return Fail(SipStatus.BadVia, header.ValueOffset);
        }

        return SipStatus.Ok;
    }

    private void NoteBranch(ReadOnlySpan<byte> branch)
    {
        if (!branch.StartsWith("z9hG4bK"u8))
        {
            Note(SipAnomalies.OldBranch);
        }
        else if (branch.Length == 7)
        {
            Note(SipAnomalies.BadBranch);
        }
        else if (branch.Length > LongIdentifier)
        {
            Note(SipAnomalies.LongIdentifier);
        }
    }

    /// <summary>
    /// A Via as it nearly always is, with nothing to note but its branch: one value over UDP, TCP or TLS, a host with or
    /// without port, parameters without white space or quotes, the branch among them. False leaves it to the grammar.
    /// </summary>
    private bool ReadUsualVia(ReadOnlySpan<byte> text, int offset)
    {
        const int Host = 12;
        if (text.Length <= Host || !text.StartsWith("SIP/2.0/"u8) || text[Host - 1] != (byte)' '
            || !(text[8..11].SequenceEqual("UDP"u8) || text[8..11].SequenceEqual("TCP"u8) || text[8..11].SequenceEqual("TLS"u8))
            || text[Host..].IndexOfAny(NotInUsualVia) >= 0)
        {
            return false;
        }

        var end = text[Host..].IndexOf((byte)';');
        if (end <= 0 || !IsUsualSentBy(text.Slice(Host, end)))
        {
            return false;
        }

        var sentBy = new SipSlice(offset + Host, end);
        var at = Host + end + 1;
        while (at < text.Length)
        {
            var rest = text[at..];
            var length = rest.IndexOf((byte)';');
            length = length < 0 ? rest.Length : length;
            if (length == 0)
            {
                return false;
            }

            if ((rest[0] | 0x20) == (byte)'b')
            {
                if (length <= 7 || !rest.StartsWith("branch="u8))
                {
                    return false;
                }

                // What follows the branch is not looked at but for an empty parameter.
                if (rest[length..].IndexOf(";;"u8) >= 0)
                {
                    return false;
                }

                _index.TopVia = new SipSlice(offset, text.Length);
                _index.SentBy = sentBy;
                _index.Branch = new SipSlice(offset + at + 7, length - 7);
                NoteBranch(rest[7..length]);
                return true;
            }

            at += length + 1;
        }

        return false;
    }

    /// <summary>A host, or a host and a port of digits up to 65535.</summary>
    private static bool IsUsualSentBy(ReadOnlySpan<byte> text)
    {
        var colon = text.IndexOf((byte)':');
        return colon < 0 || (colon > 0 && SipText.TryParseNumber(text[(colon + 1)..], out var port) && port <= 65535);
    }

    /// <summary>What makes a Via a matter of the grammar: white space, quotes, brackets, a list.</summary>
    private static readonly SearchValues<byte> NotInUsualVia = SearchValues.Create(",\"<[ \t\r\n"u8);

    private SipStatus ReadCallId(ReadOnlySpan<byte> data)
    {
        var line = _index.First[(int)SipHeaderId.CallId];
        if (line < 0)
        {
            return Fail(SipStatus.MissingCallId, _index.BodyOffset);
        }

        ref readonly var header = ref _index.Headers[line];
        if (header.ValueLength == 0)
        {
            return Fail(SipStatus.BadCallId, header.ValueOffset);
        }

        if (header.ValueLength > LongIdentifier)
        {
            Note(SipAnomalies.LongIdentifier);
        }

        return SipStatus.Ok;
    }

    private SipStatus ReadCSeq(ReadOnlySpan<byte> data)
    {
        var line = _index.First[(int)SipHeaderId.CSeq];
        if (line < 0)
        {
            return Fail(SipStatus.MissingCSeq, _index.BodyOffset);
        }

        ref readonly var header = ref _index.Headers[line];
        var text = header.Value.Of(data);
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit((char)text[digits]))
        {
            digits++;
        }

        if (digits == 0 || digits == text.Length || !SipText.IsSpace(text[digits]) || !SipText.TryParseNumber(text[..digits], out _index.CSeq))
        {
            return Fail(SipStatus.BadCSeq, header.ValueOffset);
        }

        if (_index.CSeq >= 1UL << 31)
        {
            Note(SipAnomalies.CSeqOverflow);
        }

        var method = SipText.Trim(data, header.ValueOffset + digits, header.Value.End);
        var token = method.Of(data);
        var known = SipMethodNames.Parse(token);
        if (known == SipMethod.Other && (token.IsEmpty || token.ContainsAnyExcept(SipText.Token)))
        {
            return Fail(SipStatus.BadCSeq, method.Offset);
        }

        _index.CSeqMethodToken = method;
        _index.CSeqMethod = known;
        if (_index.IsRequest && (known != _index.Method || (known == SipMethod.Other && !token.SequenceEqual(_index.MethodToken.Of(data)))))
        {
            Note(SipAnomalies.CSeqMethodMismatch);
        }

        return SipStatus.Ok;
    }

    private SipStatus ReadAddress(ReadOnlySpan<byte> data, SipHeaderId id, SipStatus missing, SipStatus bad, out SipSlice uri, out SipSlice tag)
    {
        uri = default;
        tag = default;
        var line = _index.First[(int)id];
        if (line < 0)
        {
            return Fail(missing, _index.BodyOffset);
        }

        ref readonly var header = ref _index.Headers[line];
        var text = header.Value.Of(data);
        if (ReadUsualAddress(text, header.ValueOffset, out uri, out tag))
        {
            return SipStatus.Ok;
        }

        uri = default;
        tag = default;
        if (!SipAddressView.TryParse(text, out var address))
        {
            return Fail(SipStatus.UnbalancedQuote, header.ValueOffset);
        }

        if (address.Uri.IsEmpty)
        {
            return Fail(bad, header.ValueOffset);
        }

        uri = SliceOf(data, address.Uri);
        if (address.Bracketed)
        {
            // An unquoted display name is made of tokens (RFC 3261 section 25.1).
            if (text[0] is not ((byte)'"' or (byte)'<') && address.Display.ContainsAnyExcept(SipText.DisplayName))
            {
                Note(SipAnomalies.BadDisplayName);
            }

            if (address.Uri.Length + 2 < text.Length && HasInnerSpace(text, address.Uri))
            {
                Note(SipAnomalies.BadAddressSpec);
            }
        }
        else if (address.Uri.ContainsAny((byte)'?', (byte)','))
        {
            Note(SipAnomalies.BadAddressSpec);
        }

        if (SipParameters.TryFind(address.Parameters, "tag"u8, out var value))
        {
            tag = SliceOf(data, value);
            if (tag.Length > LongIdentifier)
            {
                Note(SipAnomalies.LongIdentifier);
            }
        }

        return SipStatus.Ok;
    }

    /// <summary>
    /// An address as it nearly always is, with nothing to note: no display name or a quoted one, a URI in brackets without
    /// white space, and nothing or a tag behind it. False leaves it to the grammar.
    /// </summary>
    private static bool ReadUsualAddress(ReadOnlySpan<byte> text, int offset, out SipSlice uri, out SipSlice tag)
    {
        uri = default;
        tag = default;
        var open = text.Length > 0 && text[0] == (byte)'"' ? SipText.EndOfQuoted(text, 0) : 0;
        if ((uint)open < (uint)text.Length && text[open] == (byte)' ')
        {
            open++;
        }

        if ((uint)open >= (uint)text.Length || text[open] != (byte)'<')
        {
            return false;
        }

        var rest = text[(open + 1)..];
        var length = rest.IndexOfAny((byte)'>', (byte)' ', (byte)'\t');
        if (length <= 0 || rest[length] != (byte)'>' || SipText.IsSpace(rest[0]) || SipText.IsSpace(rest[length - 1]))
        {
            return false;
        }

        uri = new SipSlice(offset + open + 1, length);
        rest = rest[(length + 1)..];
        if (rest.IsEmpty)
        {
            return true;
        }

        if (!rest.StartsWith(";tag="u8) || rest.Length > LongIdentifier || rest[5..].IndexOfAny(EndOfValue) >= 0)
        {
            return false;
        }

        // An empty tag is none: its place does not count.
        tag = rest.Length == 5 ? default : new SipSlice(offset + text.Length - rest.Length + 5, rest.Length - 5);
        return true;
    }

    /// <summary>The next parameter, or what makes the end of a parameter's value a matter of the grammar.</summary>
    private static readonly SearchValues<byte> EndOfValue = SearchValues.Create(";\"< \t\r\n"u8);

    /// <summary>White space next to the brackets or inside the URI.</summary>
    private static bool HasInnerSpace(ReadOnlySpan<byte> text, ReadOnlySpan<byte> uri)
    {
        text.Overlaps(uri, out var offset);
        var open = offset - 1;
        return (open >= 0 && text[open] != (byte)'<') || uri.ContainsAny((byte)' ', (byte)'\t')
            || (open + uri.Length + 1 < text.Length && text[open + uri.Length + 1] != (byte)'>');
    }

    private void ReadContentLength(ReadOnlySpan<byte> data)
    {
        var line = _index.First[(int)SipHeaderId.ContentLength];
        if (line < 0)
        {
            return;
        }

        var text = _index.Headers[line].Value.Of(data);
        if (!SipText.TryParseNumber(text, out var length) || length > int.MaxValue)
        {
            Note(text.Length > 1 && text[0] == (byte)'-' ? SipAnomalies.NegativeContentLength : SipAnomalies.BadContentLength);
            return;
        }

        _index.ContentLength = (long)length;
        if ((long)length != data.Length - _index.BodyOffset)
        {
            Note(SipAnomalies.LooseContentLength);
        }
    }

    /// <summary>The place of a part of the message, which every view is.</summary>
    private static SipSlice SliceOf(ReadOnlySpan<byte> data, ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty)
        {
            return default;
        }

        var offset = (int)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(data), ref MemoryMarshal.GetReference(part));
        return new SipSlice(offset, part.Length);
    }
}

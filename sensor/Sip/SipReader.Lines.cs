using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SensorNet.Sensor.Sip;

/// <summary>The line index and the header lines.</summary>
internal sealed partial class SipReader
{
    /// <summary>
    /// Fills the array of line ends (offset of each LF) up to the empty line, and sets the body's offset.
    /// </summary>
    /// <returns>Number of lines with an end, the start line included, the empty line left out; 0 when no line ends.</returns>
    private int FindLines(ReadOnlySpan<byte> data, int start)
    {
        var lines = _vectorised && Vector256.IsHardwareAccelerated && data.Length - start >= Vector256<byte>.Count + PatternTail
            ? FindLinesByVector(data, start)
            : FindLinesOneByOne(data, start);
        if (lines < 0)
        {
            // No empty line: the last line counts even without its line end.
            lines = ~lines;
            Note(SipAnomalies.UnterminatedHeader);
            _index.BodyOffset = data.Length;
            var last = lines == 0 ? start : _lineEnds[lines - 1] + 1;
            if (last < data.Length && lines > 0 && lines < _lineEnds.Length)
            {
                _lineEnds[lines++] = data.Length;
            }
        }

        return lines;
    }

    /// <summary>The two octets behind a block that <see cref="UnusualOctets"/> looks at.</summary>
    private const int PatternTail = 2;

    /// <summary>32 octets at a time; the last block overlaps the one before it and ends with the data.</summary>
    private int FindLinesByVector(ReadOnlySpan<byte> data, int start)
    {
        var lines = 0;
        var lineStart = start;
        var i = start;
        var lastBlock = data.Length - Vector256<byte>.Count - PatternTail;
        ref var first = ref MemoryMarshal.GetReference(data);
        var unusual = Vector256<byte>.Zero;
        while (true)
        {
            var block = Vector256.LoadUnsafe(ref first, (nuint)i);
            unusual |= UnusualOctets(block, ref first, i);
            var bits = Vector256.Equals(block, Vector256.Create((byte)'\n')).ExtractMostSignificantBits();
            if (i < lineStart)
            {
                bits &= uint.MaxValue << (lineStart - i);
            }

            while (bits != 0)
            {
                var end = i + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
                if (EndLine(data, lineStart, end, ref lines))
                {
                    _index.Unusual = unusual != Vector256<byte>.Zero;
                    return lines;
                }

                lineStart = end + 1;
            }

            if (i == lastBlock)
            {
                _index.Unusual = unusual != Vector256<byte>.Zero || data[^1] != (byte)'\n' || data[^2] != (byte)'\r';
                return FindLinesFrom(data, data.Length - PatternTail, lineStart, lines);
            }

            i = Math.Min(i + Vector256<byte>.Count, lastBlock);
        }
    }

    /// <summary>
    /// Not zero where the block has an octet below 9, one of '$|% (which also begins %27), two dots, or r and p around
    /// another octet in any case (script): more than what is looked for exactly, but rare in honest headers.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> UnusualOctets(Vector256<byte> block, ref byte first, int i)
    {
        var second = Vector256.LoadUnsafe(ref first, (nuint)(i + 1));
        var third = Vector256.LoadUnsafe(ref first, (nuint)(i + 2));
        var fold = Vector256.Create((byte)0x20);
        var dot = Vector256.Create((byte)'.');
        return Vector256.LessThan(block, Vector256.Create((byte)9))
            | Vector256.Equals(block, Vector256.Create((byte)'\''))
            | Vector256.Equals(block, Vector256.Create((byte)'$'))
            | Vector256.Equals(block, Vector256.Create((byte)'|'))
            | Vector256.Equals(block, Vector256.Create((byte)'%'))
            | (Vector256.Equals(block, dot) & Vector256.Equals(second, dot))
            | (Vector256.Equals(block | fold, Vector256.Create((byte)'r')) & Vector256.Equals(third | fold, Vector256.Create((byte)'p')));
    }

    private int FindLinesOneByOne(ReadOnlySpan<byte> data, int start)
    {
        _index.Unusual = true;
        return FindLinesFrom(data, start, start, 0);
    }

    private int FindLinesFrom(ReadOnlySpan<byte> data, int i, int lineStart, int lines)
    {
        for (; i < data.Length; i++)
        {
            if (data[i] == (byte)'\n')
            {
                if (EndLine(data, lineStart, i, ref lines))
                {
                    return lines;
                }

                lineStart = i + 1;
            }
        }

        return ~lines;
    }

    /// <summary>Takes a line into the index. True when it was the empty one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool EndLine(ReadOnlySpan<byte> data, int lineStart, int end, ref int lines)
    {
        var length = end - lineStart;
        if (length > 1 && lines < _lineEnds.Length && data[end - 1] == (byte)'\r')
        {
            _lineEnds[lines++] = end;
            return false;
        }

        return EndOddLine(data, lineStart, end, ref lines);
    }

    private bool EndOddLine(ReadOnlySpan<byte> data, int lineStart, int end, ref int lines)
    {
        var length = end - lineStart;
        if (length == 0 || (length == 1 && data[lineStart] == (byte)'\r'))
        {
            if (length == 0)
            {
                Note(SipAnomalies.BareLf);
            }

            _index.BodyOffset = end + 1;
            return true;
        }

        if (data[end - 1] != (byte)'\r')
        {
            Note(SipAnomalies.BareLf);
        }

        if (lines < _lineEnds.Length)
        {
            _lineEnds[lines++] = end;
        }
        else
        {
            Note(SipAnomalies.TooManyHeaders);
        }

        return false;
    }

    private void ReadHeaderLines(ReadOnlySpan<byte> data, int lines)
    {
        var count = 0;
        for (var line = 1; line < lines; line++)
        {
            var start = _lineEnds[line - 1] + 1;
            var end = _lineEnds[line];
            if (data[start] is (byte)' ' or (byte)'\t')
            {
                // A folded line continues the value before it (RFC 3261 section 7.3.1).
                if (count > 0)
                {
                    ref var folded = ref _index.Headers[count - 1];
                    var value = SipText.Trim(data, folded.ValueOffset, end);
                    folded.ValueOffset = value.Offset;
                    folded.ValueLength = value.Length;
                    folded.Folded = true;
                }
                else
                {
                    Note(SipAnomalies.BadHeaderLine);
                }

                continue;
            }

            if (count == SipIndex.MaxHeaders)
            {
                Note(SipAnomalies.TooManyHeaders);
                break;
            }

            ref var header = ref _index.Headers[count];
            if (!SplitLine(data, start, end, ref header))
            {
                Note(SipAnomalies.BadHeaderLine);
                continue;
            }

            Link(ref header, (short)count);
            count++;
        }

        _index.HeaderCount = count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Link(ref SipHeader header, short number)
    {
        header.Next = -1;
        if (header.Id == SipHeaderId.Unknown)
        {
            return;
        }

        var id = (int)header.Id;
        if (_index.First[id] < 0)
        {
            _index.First[id] = number;
        }
        else
        {
            _index.Headers[_index.Last[id]].Next = number;
        }

        _index.Last[id] = number;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool SplitLine(ReadOnlySpan<byte> data, int start, int end, ref SipHeader header)
    {
        var colon = FindColon(data, start, end);
        if (colon <= start || colon - start > ushort.MaxValue)
        {
            return false;
        }

        var nameEnd = colon;
        while (data[nameEnd - 1] is (byte)' ' or (byte)'\t')
        {
            if (--nameEnd == start)
            {
                return false;
            }
        }

        var name = data[start..nameEnd];
        header.Id = SipHeaderNames.Find(name);
        if (header.Id == SipHeaderId.Unknown && name.ContainsAnyExcept(SipText.Token))
        {
            return false;
        }

        // As it nearly always is: one space before the value, CR LF behind it.
        var usual = end - colon > 3 && data[colon + 1] == (byte)' ' && data[colon + 2] > (byte)' ' && data[end - 2] > (byte)' ' && data[end - 1] == (byte)'\r';
        var value = usual ? new SipSlice(colon + 2, end - colon - 3) : SipText.Trim(data, colon + 1, end);
        header.NameOffset = start;
        header.NameLength = (ushort)name.Length;
        header.ValueOffset = value.Offset;
        header.ValueLength = value.Length;
        header.Compact = name.Length == 1;
        header.Folded = false;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FindColon(ReadOnlySpan<byte> data, int start, int end)
    {
        // Nearly all names are shorter than 16 octets: one comparison finds the colon.
        if (_vectorised && Vector128.IsHardwareAccelerated && start + Vector128<byte>.Count <= data.Length)
        {
            var bits = Vector128.Equals(
                Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(data), (nuint)start), Vector128.Create((byte)':'))
                .ExtractMostSignificantBits();
            if (bits != 0)
            {
                var colon = start + BitOperations.TrailingZeroCount(bits);
                return colon < end ? colon : -1;
            }
        }

        var step = data[start..end].IndexOf((byte)':');
        return step < 0 ? -1 : start + step;
    }
}

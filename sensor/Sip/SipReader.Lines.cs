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
        var lines = _vectorised && Vector256.IsHardwareAccelerated && data.Length - start >= BlockSize + PatternTail
            ? FindLinesByVector(data, start)
            : FindLinesOneByOne(data, start);
        if (lines < 0)
        {
            // No empty line: the last line counts even without its line end.
            lines = ~lines;
            Note(SipAnomalies.UnterminatedHeader);
            _index.BodyOffset = data.Length;
            var last = lines == 0 ? start : _lineEnds[lines - 1] + 1;
            if (last < data.Length && lines > 0 && lines < MaxLines)
            {
                _lineEnds[lines++] = data.Length;
            }
        }

        return lines;
    }

    /// <summary>Octets looked at together, and the two behind them that <see cref="UnusualOctets"/> looks at too.</summary>
    private const int BlockSize = 64;
    private const int PatternTail = 2;

    /// <summary>
    /// 64 octets at a time, without a branch for a line: a bit for each LF, for each that is the end of an empty line, and
    /// for each without CR. The last block overlaps the one before it and ends with the data.
    /// </summary>
    private int FindLinesByVector(ReadOnlySpan<byte> data, int start)
    {
        var lines = 0;
        var lineStart = start;
        var next = start;
        var i = start;
        var lastBlock = data.Length - BlockSize - PatternTail;
        ref var first = ref MemoryMarshal.GetReference(data);
        var isRequest = data[start] != (byte)'S' || data[start + 3] != (byte)'/';
        var unusual = Vector256<byte>.Zero;
        while (true)
        {
            var low = Vector256.LoadUnsafe(ref first, (nuint)i);
            var high = Vector256.LoadUnsafe(ref first, (nuint)(i + 32));
            var unusualLow = Vector256<byte>.Zero;
            var unusualHigh = Vector256<byte>.Zero;
            if (isRequest)
            {
                unusualLow = UnusualOctets(low, ref first, i);
                unusualHigh = UnusualOctets(high, ref first, i + 32);
            }

            var feeds = BitsOf(low, high, (byte)'\n');
            var returns = BitsOf(low, high, (byte)'\r') << 1;
            var afterFeed = feeds << 1;
            var afterFeedAndOne = feeds << 2;
            if (i > start)
            {
                returns |= data[i - 1] == (byte)'\r' ? 1UL : 0UL;
                afterFeed |= data[i - 1] == (byte)'\n' ? 1UL : 0UL;
                afterFeedAndOne |= (data[i - 1] == (byte)'\n' ? 2UL : 0UL) | (i > start + 1 && data[i - 2] == (byte)'\n' ? 1UL : 0UL);
            }

            var ends = feeds & (ulong.MaxValue << (next - i));
            var empty = ends & (afterFeed | (afterFeedAndOne & returns));
            if (empty != 0)
            {
                // Only what stands in front of the first empty line counts, and of that line itself whether it has a CR.
                var header = empty ^ (empty - 1);
                ends &= header;
                _index.BodyOffset = i + BitOperations.TrailingZeroCount(empty) + 1;
                _index.Unusual = unusual != Vector256<byte>.Zero || (BitsOf(unusualLow, unusualHigh) & header) != 0;
            }

            if ((ends & ~returns) != 0)
            {
                Note(SipAnomalies.BareLf);
            }

            lines = AddLines(i, ends & ~empty, lines);
            if (empty != 0)
            {
                return lines;
            }

            unusual |= unusualLow | unusualHigh;
            lineStart = ends == 0 ? lineStart : i + BlockSize - BitOperations.LeadingZeroCount(ends);
            next = i + BlockSize;
            if (i == lastBlock)
            {
                _index.Unusual = unusual != Vector256<byte>.Zero || data[^1] != (byte)'\n' || data[^2] != (byte)'\r';
                return FindLinesFrom(data, next, lineStart, lines);
            }

            i = Math.Min(next, lastBlock);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong BitsOf(Vector256<byte> low, Vector256<byte> high, byte wanted) =>
        BitsOf(Vector256.Equals(low, Vector256.Create(wanted)), Vector256.Equals(high, Vector256.Create(wanted)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong BitsOf(Vector256<byte> low, Vector256<byte> high) =>
        low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);

    /// <summary>Takes in the line ends of a block. Four are written whether there are or not: there is room behind the last that counts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int AddLines(int block, ulong ends, int lines)
    {
        var count = BitOperations.PopCount(ends);
        ref var place = ref _lineEnds[lines];
        var written = 0;
        do
        {
            for (var k = 0; k < 4; k++)
            {
                Unsafe.Add(ref place, written + k) = block + BitOperations.TrailingZeroCount(ends);
                ends &= ends - 1;
            }

            written += 4;
        }
        while (written < count);

        if (lines + count <= MaxLines)
        {
            return lines + count;
        }

        Note(SipAnomalies.TooManyHeaders);
        return MaxLines;
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
        return Vector256.Equals(Vector256.Min(block, Vector256.Create((byte)8)), block)
            | Vector256.Equals(block, Vector256.Create((byte)'\''))
            | Vector256.Equals(block & Vector256.Create((byte)0xFE), Vector256.Create((byte)'$'))
            | Vector256.Equals(block, Vector256.Create((byte)'|'))
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
    private bool EndLine(ReadOnlySpan<byte> data, int lineStart, int end, ref int lines)
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

        if (lines < MaxLines)
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
        var headers = _index.Headers;
        var ends = _lineEnds.AsSpan(0, lines);
        for (var line = 1; line < ends.Length; line++)
        {
            var start = ends[line - 1] + 1;
            var end = ends[line];
            if (data[start] is (byte)' ' or (byte)'\t')
            {
                // A folded line continues the value before it (RFC 3261 section 7.3.1).
                if (count > 0)
                {
                    ref var folded = ref headers[count - 1];
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

            ref var header = ref headers[count];
            if (!SplitLine(data, start, end, ref header))
            {
                Note(SipAnomalies.BadHeaderLine);
                continue;
            }

            Link(headers, ref header, (short)count);
            count++;
        }

        _index.HeaderCount = count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Link(SipHeader[] headers, ref SipHeader header, short number)
    {
        header.Next = -1;
        if (header.Id == SipHeaderId.Unknown)
        {
            return;
        }

        ref var first = ref _index.First[(int)header.Id];
        ref var last = ref _index.Last[(int)header.Id];
        if (first < 0)
        {
            first = number;
        }
        else
        {
            headers[last].Next = number;
            _index.Repeated |= 1UL << (int)header.Id;
        }

        last = number;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool SplitLine(ReadOnlySpan<byte> data, int start, int end, ref SipHeader header)
    {
        // Nearly all names are shorter than 16 octets: one comparison finds the colon.
        int colon;
        int nameLength;
        if (_vectorised && Vector128.IsHardwareAccelerated && start + Vector128<byte>.Count <= data.Length)
        {
            var octets = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(data), (nuint)start);
            var bits = Vector128.Equals(octets, Vector128.Create((byte)':')).ExtractMostSignificantBits();
            nameLength = BitOperations.TrailingZeroCount(bits);
            colon = start + nameLength;
            if (bits != 0 && nameLength != 0 && colon < end && data[colon - 1] is not ((byte)' ' or (byte)'\t'))
            {
                header.Id = SipHeaderNames.Find(octets, nameLength);
            }
            else if (!FindName(data, start, end, out colon, out nameLength, out header.Id))
            {
                return false;
            }
        }
        else if (!FindName(data, start, end, out colon, out nameLength, out header.Id))
        {
            return false;
        }

        if (header.Id == SipHeaderId.Unknown && data.Slice(start, nameLength).ContainsAnyExcept(SipText.Token))
        {
            return false;
        }

        // As it nearly always is: one space before the value, CR LF behind it.
        var usual = end - colon > 3 && data[colon + 1] == (byte)' ' && data[colon + 2] > (byte)' ' && data[end - 2] > (byte)' ' && data[end - 1] == (byte)'\r';
        var value = usual ? new SipSlice(colon + 2, end - colon - 3) : SipText.Trim(data, colon + 1, end);
        header.NameOffset = start;
        header.NameLength = (ushort)nameLength;
        header.ValueOffset = value.Offset;
        header.ValueLength = value.Length;
        header.Compact = nameLength == 1;
        header.Folded = false;
        return true;
    }

    /// <summary>The name of any header line, the white space before its colon left out. False when there is none.</summary>
    private static bool FindName(ReadOnlySpan<byte> data, int start, int end, out int colon, out int length, out SipHeaderId id)
    {
        id = SipHeaderId.Unknown;
        length = data[start..end].IndexOf((byte)':');
        colon = start + length;
        if (length <= 0 || length > ushort.MaxValue)
        {
            return false;
        }

        while (data[start + length - 1] is (byte)' ' or (byte)'\t')
        {
            if (--length == 0)
            {
                return false;
            }
        }

        id = SipHeaderNames.Find(data.Slice(start, length));
        return true;
    }
}

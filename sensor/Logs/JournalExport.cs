using System.Buffers.Binary;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// Puts records of the journal's export format together (systemd.io/JOURNAL_EXPORT_FORMATS): <c>NAME=text</c> on a line of its
/// own, or <c>NAME</c>, a line feed, the value's length in 8 octets, the value; an empty line ends the record. A record begins
/// with its cursor. Where a value ends is its length's word alone: a message cannot begin a record.
/// </summary>
internal sealed class JournalExport(JournalRecord record)
{
    private const int LengthOctets = 8;

    // Enough for the longest line that is read at all.
    private readonly byte[] _value = new byte[LengthOctets + LineSplitter.MaxLine];
    private byte[] _name = [];
    private int _kept;
    private long _valueAt = -1;
    private long _lastEnd;

    /// <summary>Within a record: lines are fields of it.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether a line is the first of a record.</summary>
    public static bool Begins(ReadOnlySpan<byte> line) => line.StartsWith("__CURSOR=s="u8);

    /// <summary>Takes the next line of an open record, or the first.</summary>
    /// <param name="raw">The line without its end.</param>
    /// <param name="offset">Where it starts.</param>
    /// <param name="line">The record, when it is whole.</param>
    /// <returns>True when this line completed a record with a message.</returns>
    public bool Add(ReadOnlySpan<byte> raw, long offset, ref LogLine line)
    {
        if (!IsOpen)
        {
            IsOpen = true;
            record.Begin();
        }

        var gap = offset - _lastEnd;
        _lastEnd = offset + raw.Length;
        if (_valueAt >= 0)
        {
            Value(raw, offset, gap);
            return false;
        }

        if (raw.IsEmpty)
        {
            IsOpen = false;
            return record.TryFinish(ref line);
        }

        var equals = raw.IndexOf((byte)'=');
        if (equals >= 0)
        {
            record.Add(raw[..equals], raw[(equals + 1)..]);
        }
        else
        {
            _name = raw.Length <= 64 ? raw.ToArray() : [];
            _kept = 0;
            _valueAt = offset + raw.Length + 1;
        }

        return false;
    }

    // The lines that a value was cut into, with the ends that were cut off; what is beyond the cap is passed over.
    private void Value(ReadOnlySpan<byte> raw, long offset, long gap)
    {
        if (offset > _valueAt)
        {
            Keep(gap == 2 ? "\r\n"u8 : "\n"u8);
        }

        Keep(raw);
        if (_kept < LengthOctets)
        {
            return;
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(_value);
        if (length > int.MaxValue || offset + raw.Length >= _valueAt + LengthOctets + (long)length)
        {
            record.Add(_name, _value.AsSpan(LengthOctets, (int)Math.Min(length, (ulong)(_kept - LengthOctets))));
            _valueAt = -1;
        }
    }

    private void Keep(ReadOnlySpan<byte> octets)
    {
        octets = octets[..Math.Min(octets.Length, _value.Length - _kept)];
        octets.CopyTo(_value.AsSpan(_kept));
        _kept += octets.Length;
    }
}

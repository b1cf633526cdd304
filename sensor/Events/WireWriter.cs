using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace SensorNet.Sensor.Events;

/// <summary>
/// Writes protobuf's wire format into a buffer that is used again. As proto3 does, it leaves out zeros and empty texts,
/// but for the members that say otherwise. Not thread-safe.
/// </summary>
internal sealed class WireWriter
{
    private const int VarintType = 0;
    private const int Fixed64Type = 1;
    private const int LengthType = 2;
    private const int LongestVarint = 10;
    private byte[] _octets = new byte[8192];
    private int _used;

    public ReadOnlySpan<byte> Written => _octets.AsSpan(0, _used);

    public int Length => _used;

    public void Clear() => _used = 0;

    public void Number(int field, ulong value)
    {
        if (value != 0)
        {
            NumberAlways(field, value);
        }
    }

    /// <summary>For fields that are <c>optional</c>: zero is written too.</summary>
    public void NumberAlways(int field, ulong value)
    {
        Reserve(2 * LongestVarint);
        Varint((uint)(field << 3 | VarintType));
        Varint(value);
    }

    public void Flag(int field, bool value) => Number(field, value ? 1UL : 0UL);

    /// <summary>Zero is written too.</summary>
    public void Fixed64(int field, long value)
    {
        Reserve(LongestVarint + 8);
        Varint((uint)(field << 3 | Fixed64Type));
        BinaryPrimitives.WriteInt64LittleEndian(_octets.AsSpan(_used), value);
        _used += 8;
    }

    public void Octets(int field, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            OctetsAlways(field, value);
        }
    }

    /// <summary>For elements of repeated fields: empty ones are written too.</summary>
    public void OctetsAlways(int field, ReadOnlySpan<byte> value)
    {
        Reserve((2 * LongestVarint) + value.Length);
        Varint((uint)(field << 3 | LengthType));
        Varint((uint)value.Length);
        value.CopyTo(_octets.AsSpan(_used));
        _used += value.Length;
    }

    /// <summary>An ASCII text. For elements of repeated fields too: it is written when it is empty.</summary>
    public void Ascii(int field, string text)
    {
        Reserve((2 * LongestVarint) + text.Length);
        Varint((uint)(field << 3 | LengthType));
        Varint((uint)text.Length);
        _used += Encoding.ASCII.GetBytes(text, _octets.AsSpan(_used));
    }

    /// <summary>Room for a message inside, to be filled by the caller to its last octet.</summary>
    public Span<byte> Message(int field, int length)
    {
        Reserve((2 * LongestVarint) + length);
        Varint((uint)(field << 3 | LengthType));
        Varint((uint)length);
        _used += length;
        return _octets.AsSpan(_used - length, length);
    }

    /// <summary>Begins a message inside; what follows until <see cref="Close"/> belongs to it.</summary>
    public int Open(int field)
    {
        Reserve(2 * LongestVarint);
        Varint((uint)(field << 3 | LengthType));
        return ++_used;
    }

    /// <summary>Ends the message that began here: its length goes in front of it, which for 128 octets and more moves it.</summary>
    public void Close(int start)
    {
        var length = _used - start;
        var more = 0;
        for (var rest = length >> 7; rest != 0; rest >>= 7)
        {
            more++;
        }

        if (more > 0)
        {
            Reserve(more);
            _octets.AsSpan(start, length).CopyTo(_octets.AsSpan(start + more));
        }

        _used = start - 1;
        Varint((uint)length);
        _used += length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Varint(ulong value)
    {
        if (value < 0x80)
        {
            _octets[_used++] = (byte)value;
        }
        else
        {
            LongVarint(value);
        }
    }

    private void LongVarint(ulong value)
    {
        while (value >= 0x80)
        {
            _octets[_used++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _octets[_used++] = (byte)value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reserve(int length)
    {
        if (_octets.Length - _used < length)
        {
            Array.Resize(ref _octets, Math.Max(_octets.Length * 2, _used + length));
        }
    }
}

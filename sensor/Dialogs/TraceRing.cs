using System.Runtime.CompilerServices;
using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// The last 16 messages of a call in 100 octets, from which a ladder can be drawn: time after the first message in
/// steps of 16 us (up to 19 hours, then it stays there), direction, method, and the status of a reply.
/// </summary>
internal struct TraceRing
{
    public const int Size = 16;
    private const int StatusBits = 10;
    private Offsets _offsets;
    private Codes _codes;
    private byte _next;
    private byte _count;

    public readonly int Count => _count;

    public void Add(long offset, bool fromSource, bool retransmission, int status, SipMethod method)
    {
        _offsets[_next] = (uint)Math.Clamp(offset / 16_000, 0, uint.MaxValue);
        var code = status | ((int)method << StatusBits);
        _codes[_next] = (ushort)(code | (fromSource ? 1 << 14 : 0) | (retransmission ? 1 << 15 : 0));
        _next = (byte)((_next + 1) % Size);
        _count = (byte)Math.Min(Size, _count + 1);
    }

    /// <summary>The entry of that age, 0 the oldest that is kept.</summary>
    public readonly void Get(int i, out ulong offsetUs, out bool fromSource, out bool retransmission, out int status, out SipMethod method)
    {
        var at = (_next - _count + i + Size) % Size;
        offsetUs = _offsets[at] * 16UL;
        var code = _codes[at];
        fromSource = (code & (1 << 14)) != 0;
        retransmission = (code & (1 << 15)) != 0;
        status = code & ((1 << StatusBits) - 1);
        method = (SipMethod)((code & 0x3FFF) >> StatusBits);
    }

    [InlineArray(Size)]
    private struct Offsets
    {
        private uint _first;
    }

    [InlineArray(Size)]
    private struct Codes
    {
        private ushort _first;
    }
}

namespace SensorNet.Sensor.Sip;

/// <summary>A part of a message: offset and length in octets. <c>default</c> is an absent part.</summary>
internal readonly record struct SipSlice(int Offset, int Length)
{
    public bool IsEmpty => Length == 0;

    public int End => Offset + Length;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> data) => data.Slice(Offset, Length);
}

namespace SensorNet.Sensor.Sip;

/// <summary>One header line, folded lines included. 20 octets.</summary>
internal struct SipHeader
{
    /// <summary>Offset of the name.</summary>
    public int NameOffset;

    /// <summary>Offset of the value, white space before it skipped.</summary>
    public int ValueOffset;

    /// <summary>Octets of the value, white space and line end after it left out; a folded value contains its CRLF.</summary>
    public int ValueLength;
    public ushort NameLength;

    /// <summary>Index of the next line with the same id, or -1.</summary>
    public short Next;
    public SipHeaderId Id;

    /// <summary>The one-letter form of the name was used (RFC 3261 section 7.3.3).</summary>
    public bool Compact;
    public bool Folded;

    public readonly SipSlice Value => new(ValueOffset, ValueLength);
}

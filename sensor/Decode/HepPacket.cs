using System.Buffers.Binary;

namespace SensorNet.Sensor.Decode;

/// <summary>
/// One packet of the Homer encapsulation protocol. Version 3 is "HEP3", a total length, and chunks of vendor, type and
/// length; versions 1 and 2 are a fixed header of addresses and ports, to which 2 adds the time.
/// The payload is a view into what was parsed.
/// </summary>
internal ref struct HepPacket
{
    /// <summary>Magic and length.</summary>
    public const int MinLength = 6;

    /// <summary>Protocol type of SIP.</summary>
    public const byte Sip = 1;

    public IpAddress128 Source;
    public IpAddress128 Destination;
    public ushort SourcePort;
    public ushort DestinationPort;

    /// <summary>IP protocol number of the packet inside.</summary>
    public byte IpProtocol;

    /// <summary>What the payload is; <see cref="Sip"/> in versions 1 and 2.</summary>
    public byte ProtocolType;

    /// <summary>Nanoseconds since 1970 UTC; 0 when the packet does not tell.</summary>
    public long Time;

    /// <summary>Who captured it.</summary>
    public uint CaptureId;

    public ushort Vlan;

    /// <summary>The payload is compressed with zlib or gzip.</summary>
    public bool Compressed;

    public ReadOnlySpan<byte> Payload;

    /// <summary>Whether this is version 3 and as long as it says.</summary>
    public static bool IsVersion3(ReadOnlySpan<byte> data) =>
        data.Length > MinLength && data.StartsWith("HEP3"u8) && BinaryPrimitives.ReadUInt16BigEndian(data[4..]) <= data.Length;

    /// <summary>Whether these are the first octets of a version 3 packet.</summary>
    public static bool IsVersion3Start(ReadOnlySpan<byte> data) =>
        data.Length > MinLength && data.StartsWith("HEP3"u8) && BinaryPrimitives.ReadUInt16BigEndian(data[4..]) > MinLength;

    /// <summary>
    /// Parses any version; false when lengths do not fit or addresses are missing. Version 2 writes its time in the sender's
    /// own byte order: the reading nearer to <paramref name="near"/>, the arrival, is taken.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> data, long near, out HepPacket packet)
    {
        packet = default;
        if (data.Length < 8)
        {
            return false;
        }

        return data.StartsWith("HEP3"u8) ? packet.ReadChunks(data) : packet.ReadFixed(data, near);
    }

    private bool ReadChunks(ReadOnlySpan<byte> data)
    {
        int total = BinaryPrimitives.ReadUInt16BigEndian(data[4..]);
        if (total < MinLength || total > data.Length)
        {
            return false;
        }

        uint seconds = 0;
        uint microseconds = 0;
        var addresses = 0;
        var rest = data[MinLength..total];
        while (rest.Length >= 6)
        {
            int vendor = BinaryPrimitives.ReadUInt16BigEndian(rest);
            int type = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[4..]);
            if (length < 6 || length > rest.Length)
            {
                return false;
            }

            var value = rest[6..length];
            rest = rest[length..];
            if (vendor != 0)
            {
                continue;
            }

            switch (type, value.Length)
            {
                case (2, >= 1):
                    IpProtocol = value[0];
                    break;
                case (3, 4) or (5, 16):
                    Source = IpAddress128.Read(value);
                    addresses |= 1;
                    break;
                case (4, 4) or (6, 16):
                    Destination = IpAddress128.Read(value);
                    addresses |= 2;
                    break;
                case (7, 2):
                    SourcePort = BinaryPrimitives.ReadUInt16BigEndian(value);
                    break;
                case (8, 2):
                    DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(value);
                    break;
                case (9, 4):
                    seconds = BinaryPrimitives.ReadUInt32BigEndian(value);
                    break;
                case (10, 4):
                    microseconds = BinaryPrimitives.ReadUInt32BigEndian(value);
                    break;
                case (11, >= 1):
                    ProtocolType = value[0];
                    break;
                case (12, 4):
                    CaptureId = BinaryPrimitives.ReadUInt32BigEndian(value);
                    break;
                case (15, _):
                    Payload = value;
                    Compressed = false;
                    break;
                case (16, _):
                    Payload = value;
                    Compressed = true;
                    break;
                case (18, 2):
                    Vlan = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(value) & 0x0FFF);
                    break;
            }
        }

        Time = ToTime(seconds, microseconds);
        return addresses == 3;
    }

    private bool ReadFixed(ReadOnlySpan<byte> data, long near)
    {
        var version = data[0];
        int header = data[1];
        var octets = data[2] switch { 2 => 4, 10 => 16, _ => 0 };
        var needed = 8 + (2 * octets) + (version == 2 ? 12 : 0);
        if (version is not (1 or 2) || octets == 0 || header < 8 + (2 * octets) || data.Length < needed)
        {
            return false;
        }

        IpProtocol = data[3];
        SourcePort = BinaryPrimitives.ReadUInt16BigEndian(data[4..]);
        DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(data[6..]);
        Source = IpAddress128.Read(data.Slice(8, octets));
        Destination = IpAddress128.Read(data.Slice(8 + octets, octets));
        ProtocolType = Sip;
        var position = 8 + (2 * octets);
        if (version == 2)
        {
            var clock = data[position..];
            var little = ToTime(BinaryPrimitives.ReadUInt32LittleEndian(clock), BinaryPrimitives.ReadUInt32LittleEndian(clock[4..]));
            var big = ToTime(BinaryPrimitives.ReadUInt32BigEndian(clock), BinaryPrimitives.ReadUInt32BigEndian(clock[4..]));
            var isLittle = Distance(little, near) <= Distance(big, near);
            Time = isLittle ? little : big;
            CaptureId = isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(clock[8..]) : BinaryPrimitives.ReadUInt16BigEndian(clock[8..]);
            position += 12;
        }

        Payload = data[Math.Min(position, data.Length)..];
        return true;
    }

    private static ulong Distance(long a, long b) => (ulong)Int128.Abs((Int128)a - b);

    private static long ToTime(uint seconds, uint microseconds) => (seconds * 1_000_000_000L) + (microseconds * 1000L);
}

using System.Buffers.Binary;
using System.Text;

namespace SensorNet.Benchmarks.Traffic;

/// <summary>Writes UDP payloads as Ethernet frames into a capture file with microsecond times.</summary>
internal sealed class PcapWriter : IDisposable
{
    private const int Headers = 14 + 20 + 8;
    private readonly Stream _stream;
    private readonly byte[] _record = new byte[16 + Headers + 65536];
    private ushort _id;

    public PcapWriter(string path)
    {
        _stream = path == "-" ? Console.OpenStandardOutput() : new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        Span<byte> header = stackalloc byte[24];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xA1B2C3D4);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 262144);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1);
        _stream.Write(header);
    }

    /// <summary>Octets of payload written so far.</summary>
    public long PayloadBytes { get; private set; }

    public void Write(long nanoseconds, Party from, Party to, string payload)
    {
        var record = _record.AsSpan();
        var length = Encoding.ASCII.GetBytes(payload, record[(16 + Headers)..]);
        PayloadBytes += length;
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(nanoseconds / 1_000_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(nanoseconds % 1_000_000_000 / 1000));
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], (uint)(Headers + length));
        BinaryPrimitives.WriteUInt32LittleEndian(record[12..], (uint)(Headers + length));

        var frame = record[16..];
        frame[..14].Clear();
        frame[0] = frame[6] = 2;
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], 0x0800);

        var ip = frame[14..];
        ip[..20].Clear();
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(28 + length));
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], _id++);
        ip[8] = 64;
        ip[9] = 17;
        BinaryPrimitives.WriteUInt32BigEndian(ip[12..], from.Address);
        BinaryPrimitives.WriteUInt32BigEndian(ip[16..], to.Address);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Checksum(ip[..20]));

        var udp = ip[20..];
        BinaryPrimitives.WriteUInt16BigEndian(udp, from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], to.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)(8 + length));
        udp[6] = udp[7] = 0;
        _stream.Write(record[..(16 + Headers + length)]);
    }

    public void Dispose() => _stream.Dispose();

    private static ushort Checksum(ReadOnlySpan<byte> header)
    {
        uint sum = 0;
        for (var i = 0; i < header.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(header[i..]);
        }

        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~(sum + (sum >> 16));
    }
}

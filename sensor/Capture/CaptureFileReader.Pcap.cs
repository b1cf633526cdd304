using System.Buffers.Binary;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>The classic format: a 24-octet file header, then 16 octets before each packet.</summary>
internal sealed partial class CaptureFileReader
{
    private const uint Microseconds = 0xA1B2C3D4;
    private const uint Nanoseconds = 0xA1B23C4D;

    // Kuznetzov's variant has 8 more octets before each packet (interface, protocol, packet type).
    private const uint Kuznetzov = 0xA1B2CD34;

    private const long SuspiciousJump = 86_400 * NanosecondsPerSecond;

    private void RunPcap(uint magic, IPacketHandler handler, CancellationToken cancellation)
    {
        var swapped = magic is not (Microseconds or Nanoseconds or Kuznetzov);
        if (swapped)
        {
            magic = BinaryPrimitives.ReverseEndianness(magic);
        }

        if (magic is not (Microseconds or Nanoseconds or Kuznetzov))
        {
            throw Damage(NotACapture(Window));
        }

        if (!Fill(24))
        {
            throw Damage("the file ends inside the pcap file header");
        }

        var major = ReadUInt16(Window[4..], swapped);
        if (major != 2)
        {
            throw Damage($"pcap version {major} is not known; only version 2 is");
        }

        // The upper bits tell the length of the frame check sequence; they are not part of the type.
        var linkType = (LinkType)(ushort)ReadUInt32(Window[20..], swapped);
        _start += 24;

        var recordHeader = magic == Kuznetzov ? 24 : 16;
        var fraction = magic == Nanoseconds ? 1 : 1000;
        while (!cancellation.IsCancellationRequested)
        {
            if (!Fill(recordHeader))
            {
                if (_end != _start)
                {
                    EndsTooEarly("a packet header");
                }

                return;
            }

            var header = Window;
            long seconds = ReadUInt32(header, swapped);
            long part = ReadUInt32(header[4..], swapped);
            var captured = ReadUInt32(header[8..], swapped);
            var original = ReadUInt32(header[12..], swapped);
            if (captured > MaxPacketBytes)
            {
                throw Damage($"a packet of {captured} octets is announced, more than any capture has ({MaxPacketBytes}): the file is damaged here");
            }

            _start += recordHeader;
            if (!Fill((int)captured))
            {
                EndsTooEarly("a packet");
                return;
            }

            var time = (seconds * NanosecondsPerSecond) + (part * fraction);
            if (time - _lastTime > SuspiciousJump && _lastTime > 0 && !NextAgrees((int)captured, seconds, swapped))
            {
                time = -1;
            }

            Deliver(handler, time, linkType, (int)captured, original);
            _start += (int)captured;
        }
    }

    // A single packet from far in the future is damage and would expire everything tracked; a capture that goes on there is
    // two captures put together.
    private bool NextAgrees(int captured, long seconds, bool swapped) =>
        !Fill(captured + 16) || ReadUInt32(Window[captured..], swapped) >= seconds - (SuspiciousJump / NanosecondsPerSecond);

    private static string NotACapture(ReadOnlySpan<byte> head)
    {
        var compression =
            head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? "zstd"
            : head.StartsWith((ReadOnlySpan<byte>)[0xFD, 0x37, 0x7A, 0x58]) ? "xz"
            : head.StartsWith("BZh"u8) ? "bzip2"
            : head.StartsWith("PK"u8) ? "zip"
            : head.StartsWith((ReadOnlySpan<byte>)[0x04, 0x22, 0x4D, 0x18]) ? "lz4"
            : null;
        return compression is null
            ? $"this is neither pcap nor pcapng (it starts with {Convert.ToHexStringLower(head[..4])})"
            : $"this is compressed with {compression}; unpack it first (pcap, pcapng, and both with gzip are read)";
    }

    private static ushort ReadUInt16(ReadOnlySpan<byte> data, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(data) : BinaryPrimitives.ReadUInt16LittleEndian(data);

    private static uint ReadUInt32(ReadOnlySpan<byte> data, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(data) : BinaryPrimitives.ReadUInt32LittleEndian(data);

    private static long ReadInt64(ReadOnlySpan<byte> data, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadInt64BigEndian(data) : BinaryPrimitives.ReadInt64LittleEndian(data);
}

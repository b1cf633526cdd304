using System.Buffers.Binary;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>
/// pcapng (draft-ietf-opsawg-pcapng): blocks of type, total length, body, total length again. Sections may differ in
/// byte order; packets name the interface that tells their link type and the unit of their time.
/// </summary>
internal sealed partial class CaptureFileReader
{
    private const uint SectionHeaderBlock = 0x0A0D0D0A;
    private const uint InterfaceBlock = 1;
    private const uint ObsoletePacketBlock = 2;
    private const uint SimplePacketBlock = 3;
    private const uint EnhancedPacketBlock = 6;
    private const uint ByteOrderMagic = 0x1A2B3C4D;
    private const int MaxInterfaces = 65536;

    // Interface blocks are read whole for their options; names and filters of more than this are damage.
    private const int MaxInterfaceBlockBytes = MaxPacketBytes;

    private readonly List<FileInterface> _interfaces = [];
    private bool _bigEndian;

    private void RunPcapNg(IPacketHandler handler, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            if (!Fill(12))
            {
                if (_end != _start)
                {
                    EndsTooEarly("a block header");
                }

                return;
            }

            // The section header's type reads the same in both byte orders; the word after its length tells which.
            if (BinaryPrimitives.ReadUInt32LittleEndian(Window) == SectionHeaderBlock)
            {
                _bigEndian = BinaryPrimitives.ReadUInt32BigEndian(Window[8..]) == ByteOrderMagic;
                if (!_bigEndian && BinaryPrimitives.ReadUInt32LittleEndian(Window[8..]) != ByteOrderMagic)
                {
                    throw Damage("a pcapng section without its byte order mark");
                }

                _interfaces.Clear();
            }

            var type = ReadUInt32(Window, _bigEndian);
            var length = ReadUInt32(Window[4..], _bigEndian);
            if (length < 12 || length % 4 != 0)
            {
                throw Damage($"a pcapng block of {length} octets is announced, which no block can have: the file is damaged here");
            }

            if (!ReadBlock(type, length, handler))
            {
                return;
            }
        }
    }

    private bool ReadBlock(uint type, uint length, IPacketHandler handler)
    {
        var whole = type is InterfaceBlock or ObsoletePacketBlock or SimplePacketBlock or EnhancedPacketBlock;
        if (!whole)
        {
            if (!Skip(length))
            {
                EndsTooEarly("a block");
                return false;
            }

            return true;
        }

        // An enhanced packet may carry options after the packet, never more than another packet's worth.
        if (length > MaxInterfaceBlockBytes + 4096)
        {
            throw Damage($"a packet block of {length} octets is announced, more than any capture has ({MaxPacketBytes}): the file is damaged here");
        }

        if (!Fill((int)length))
        {
            EndsTooEarly("a block");
            return false;
        }

        if (ReadUInt32(Window[(int)(length - 4)..], _bigEndian) != length)
        {
            throw Damage("a pcapng block whose two lengths differ: the file is damaged here");
        }

        var next = _start + (int)length;
        var body = Window[8..(int)(length - 4)];
        if (type == InterfaceBlock)
        {
            AddInterface(body);
        }
        else
        {
            ReadPacketBlock(type, body, handler);
        }

        _start = next;
        return true;
    }

    private void ReadPacketBlock(uint type, ReadOnlySpan<byte> body, IPacketHandler handler)
    {
        var headerLength = type == SimplePacketBlock ? 4 : 20;
        if (body.Length < headerLength)
        {
            throw Damage("a pcapng packet block too short for its own header");
        }

        if (type == SimplePacketBlock)
        {
            var on = InterfaceAt(0);
            var wire = ReadUInt32(body, _bigEndian);
            var kept = Math.Min(wire, (uint)(body.Length - 4));
            _start += 8 + headerLength;
            Deliver(handler, _lastTime, on.LinkType, (int)(on.SnapLength == 0 ? kept : Math.Min(kept, on.SnapLength)), wire);
            return;
        }

        var index = type == EnhancedPacketBlock ? ReadUInt32(body, _bigEndian) : ReadUInt16(body, _bigEndian);
        var ticks = ((ulong)ReadUInt32(body[4..], _bigEndian) << 32) | ReadUInt32(body[8..], _bigEndian);
        var captured = ReadUInt32(body[12..], _bigEndian);
        var original = ReadUInt32(body[16..], _bigEndian);
        if (captured > body.Length - headerLength)
        {
            throw Damage($"a pcapng packet of {captured} octets does not fit into its block");
        }

        var device = InterfaceAt(index);
        _start += 8 + headerLength;
        Deliver(handler, device.ToTime(ticks), device.LinkType, (int)captured, original);
    }

    private FileInterface InterfaceAt(uint index) =>
        index < (uint)_interfaces.Count
            ? _interfaces[(int)index]
            : throw Damage($"a packet of interface {index}, but the section describes only {_interfaces.Count}");

    private void AddInterface(ReadOnlySpan<byte> body)
    {
        if (body.Length < 8)
        {
            throw Damage("a pcapng interface block too short for its own header");
        }

        if (_interfaces.Count == MaxInterfaces)
        {
            throw Damage($"more than {MaxInterfaces} interfaces in one section");
        }

        byte resolution = 6;
        long offset = 0;
        var options = body[8..];
        while (options.Length >= 4)
        {
            var code = ReadUInt16(options, _bigEndian);
            var length = ReadUInt16(options[2..], _bigEndian);
            if (code == 0 || length > options.Length - 4)
            {
                break;
            }

            var value = options.Slice(4, length);
            switch (code)
            {
                case 9 when length >= 1: // if_tsresol
                    resolution = value[0];
                    break;
                case 14 when length >= 8: // if_tsoffset
                    offset = ReadInt64(value, _bigEndian);
                    break;
            }

            options = options[Math.Min(options.Length, 4 + ((length + 3) & ~3))..];
        }

        _interfaces.Add(new FileInterface(
            (LinkType)ReadUInt16(body, _bigEndian), ReadUInt32(body[4..], _bigEndian), resolution, offset));
    }

    /// <summary>What an interface block says about the packets of that interface.</summary>
    /// <param name="LinkType">What its packets begin with.</param>
    /// <param name="SnapLength">Octets kept of each packet; 0: all.</param>
    /// <param name="Resolution">if_tsresol: the unit of time is 10^-n s, or 2^-n s when the highest bit is set.</param>
    /// <param name="OffsetSeconds">if_tsoffset: added to every time.</param>
    private readonly record struct FileInterface(LinkType LinkType, uint SnapLength, byte Resolution, long OffsetSeconds)
    {
        /// <summary>Nanoseconds since 1970; -1 when it is no date that fits.</summary>
        public long ToTime(ulong ticks)
        {
            var exponent = Resolution & 0x7F;
            UInt128 nanoseconds;
            if ((Resolution & 0x80) != 0)
            {
                nanoseconds = exponent < 64 ? ((UInt128)ticks * NanosecondsPerSecond) >> exponent : 0;
            }
            else if (exponent <= 9)
            {
                nanoseconds = (UInt128)ticks * Power10(9 - exponent);
            }
            else
            {
                nanoseconds = exponent <= 28 ? ticks / Power10(exponent - 9) : 0;
            }

            var seconds = (Int128)OffsetSeconds * NanosecondsPerSecond;
            var time = (Int128)nanoseconds + seconds;
            return time < 0 || time > LatestTime ? -1 : (long)time;
        }

        private static ulong Power10(int exponent)
        {
            ulong power = 1;
            for (; exponent > 0; exponent--)
            {
                power *= 10;
            }

            return power;
        }
    }
}

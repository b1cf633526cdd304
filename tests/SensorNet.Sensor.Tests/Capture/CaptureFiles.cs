using System.Buffers.Binary;

namespace SensorNet.Sensor.Tests.Capture;

/// <summary>Writes capture files of every flavour.</summary>
internal static class CaptureFiles
{
    public static byte[] Pcap(
        IEnumerable<(long Nanoseconds, byte[] Data)> packets, bool bigEndian = false, bool nanoseconds = false, uint linkType = 101, int cutTo = int.MaxValue)
    {
        var file = new Writer(bigEndian);
        file.U32(nanoseconds ? 0xA1B23C4D : 0xA1B2C3D4).U16(2).U16(4).U32(0).U32(0).U32(262144).U32(linkType);
        foreach (var (time, data) in packets)
        {
            var kept = data[..Math.Min(cutTo, data.Length)];
            file.U32((uint)(time / 1_000_000_000))
                .U32((uint)(time % 1_000_000_000 / (nanoseconds ? 1 : 1000)))
                .U32((uint)kept.Length)
                .U32((uint)data.Length)
                .Raw(kept);
        }

        return file.ToArray();
    }

    /// <summary>A stream of octets with a byte order, for what <see cref="Pcap"/> does not cover.</summary>
    public sealed class Writer(bool bigEndian = false)
    {
        private readonly List<byte> _octets = [];

        public Writer U16(int value)
        {
            Span<byte> octets = stackalloc byte[2];
            if (bigEndian)
            {
                BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)value);
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(octets, (ushort)value);
            }

            _octets.AddRange(octets);
            return this;
        }

        public Writer U32(uint value)
        {
            Span<byte> octets = stackalloc byte[4];
            if (bigEndian)
            {
                BinaryPrimitives.WriteUInt32BigEndian(octets, value);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(octets, value);
            }

            _octets.AddRange(octets);
            return this;
        }

        public Writer U64(ulong value) =>
            bigEndian ? U32((uint)(value >> 32)).U32((uint)value) : U32((uint)value).U32((uint)(value >> 32));

        public Writer Raw(byte[] value)
        {
            _octets.AddRange(value);
            return this;
        }

        /// <summary>A pcapng block around a body, padded to 4 octets.</summary>
        public Writer Block(uint type, Action<Writer> body)
        {
            var inner = new Writer(bigEndian);
            body(inner);
            var octets = inner.Padded();
            return U32(type).U32((uint)(octets.Length + 12)).Raw(octets).U32((uint)(octets.Length + 12));
        }

        public Writer Section() => Block(0x0A0D0D0A, b => b.U32(0x1A2B3C4D).U16(1).U16(0).U64(ulong.MaxValue));

        public Writer Interface(int linkType, uint snapLength = 0, byte? resolution = null, long? offset = null) => Block(1, b =>
        {
            b.U16(linkType).U16(0).U32(snapLength);
            b.U16(2).U16(3).Raw([(byte)'l', (byte)'o', 0, 0]);
            if (resolution is { } r)
            {
                b.U16(9).U16(1).Raw([r, 0, 0, 0]);
            }

            if (offset is { } o)
            {
                b.U16(14).U16(8).U64((ulong)o);
            }

            b.U16(0).U16(0);
        });

        public Writer Enhanced(uint device, ulong ticks, byte[] data, int? original = null) => Block(6, b => b
            .U32(device).U32((uint)(ticks >> 32)).U32((uint)ticks).U32((uint)data.Length).U32((uint)(original ?? data.Length)).Raw(data));

        public byte[] ToArray() => [.. _octets];

        private byte[] Padded()
        {
            while (_octets.Count % 4 != 0)
            {
                _octets.Add(0);
            }

            return [.. _octets];
        }
    }
}

using System.Buffers.Binary;

namespace SensorNet.Sensor.Decode;

/// <summary>HEP version 3 over TCP: packets that begin with their magic and length, one after the other.</summary>
internal sealed partial class TcpReassembler
{
    private int FrameHep(TcpStream stream, ReadOnlySpan<byte> data)
    {
        var position = 0;
        while (position < data.Length)
        {
            var rest = data[position..];
            if (stream.Skip > 0)
            {
                var step = (int)Math.Min(stream.Skip, rest.Length);
                stream.Skip -= step;
                position += step;
                continue;
            }

            var start = rest.IndexOf("HEP3"u8);
            if (start != 0)
            {
                // Out of step: go on at the next magic, of which the last octets here may be the beginning.
                var step = start > 0 ? start : Math.Max(1, rest.Length - 3);
                if (start < 0 && rest.Length < 4 && "HEP3"u8.StartsWith(rest))
                {
                    return position;
                }

                _counters.TcpSkippedBytes += step;
                position += step;
                continue;
            }

            if (rest.Length < HepPacket.MinLength)
            {
                return position;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[4..]);
            if (length < HepPacket.MinLength)
            {
                _counters.TcpSkippedBytes += 4;
                position += 4;
                continue;
            }

            if (rest.Length < length)
            {
                return position;
            }

            var status = _decoder.DecodeHepFromStream(rest[..length], _time);
            if (status == DecodeStatus.Delivered)
            {
                _delivered = true;
            }
            else
            {
                _counters.HepUnusable++;
            }

            stream.Proven = true;
            position += length;
        }

        return position;
    }
}

using System.Buffers.Binary;
using SensorNet.V1;

namespace SensorNet.Proto;

/// <summary>
/// Writes the SIP messages that events kept as a capture file: pcap with nanoseconds and raw IP packets (link type 101), each
/// message as one UDP datagram between its addresses, whatever it came by. Not thread-safe.
/// </summary>
public sealed class PcapWriter
{
    private const uint NanosecondMagic = 0xA1B23C4D;
    private const uint LinkTypeRaw = 101;
    private const int RecordHeader = 16;
    private const int IPv4Header = 20;
    private const int IPv6Header = 40;
    private const int UdpHeader = 8;
    private const int MaxMessage = ushort.MaxValue - IPv4Header - UdpHeader;
    private const byte Udp = 17;

    private readonly Stream output;

    /// <param name="output">Receives the file; its header at once.</param>
    public PcapWriter(Stream output)
    {
        this.output = output;
        Span<byte> header = stackalloc byte[24];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, NanosecondMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], ushort.MaxValue);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], LinkTypeRaw);
        output.Write(header);
    }

    /// <summary>Messages written.</summary>
    public long Written { get; private set; }

    /// <summary>Messages left out because their addresses are unknown.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Writes the messages that an event kept; none for most events.</summary>
    public void Write(Event e)
    {
        if (e.Sip is not { Messages.Count: > 0 } sip)
        {
            return;
        }

        foreach (var message in sip.Messages)
        {
            // Messages without addresses of their own went between the event's.
            var (source, destination, sourcePort, destinationPort) =
                !message.SourceIp.IsEmpty ? (message.SourceIp, message.DestinationIp, message.SourcePort, message.DestinationPort)
                : message.FromSource ? (e.SourceIp, e.DestinationIp, e.SourcePort, e.DestinationPort)
                : (e.DestinationIp, e.SourceIp, e.DestinationPort, e.SourcePort);
            if (source.Length is not (4 or 16) || source.Length != destination.Length)
            {
                LeftOut++;
                continue;
            }

            var data = message.Data.Span;
            WritePacket(message.Time != 0 ? message.Time : e.EventTime, source.Span, (ushort)sourcePort, destination.Span, (ushort)destinationPort, data[..Math.Min(data.Length, MaxMessage)]);
            Written++;
        }
    }

    private static void WriteIPv4(Span<byte> header, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, int total)
    {
        header.Clear();
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)total);
        header[8] = 64;
        header[9] = Udp;
        source.CopyTo(header[12..]);
        destination.CopyTo(header[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], Fold(Sum(header, 0)));
    }

    private static void WriteIPv6(Span<byte> header, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, int payload)
    {
        header.Clear();
        header[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], (ushort)payload);
        header[6] = Udp;
        header[7] = 64;
        source.CopyTo(header[8..]);
        destination.CopyTo(header[24..]);
    }

    private static uint Sum(ReadOnlySpan<byte> octets, uint sum)
    {
        for (; octets.Length >= 2; octets = octets[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets);
        }

        return octets.Length == 1 ? sum + (uint)(octets[0] << 8) : sum;
    }

    private static ushort Fold(uint sum)
    {
        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    private void WritePacket(long time, ReadOnlySpan<byte> source, ushort sourcePort, ReadOnlySpan<byte> destination, ushort destinationPort, ReadOnlySpan<byte> data)
    {
        var ip = source.Length == 4 ? IPv4Header : IPv6Header;
        var length = ip + UdpHeader + data.Length;
        var record = new byte[RecordHeader + length];
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(time / 1_000_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), (uint)(time % 1_000_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12), (uint)length);
        var packet = record.AsSpan(RecordHeader);
        if (ip == IPv4Header)
        {
            WriteIPv4(packet[..ip], source, destination, length);
        }
        else
        {
            WriteIPv6(packet[..ip], source, destination, UdpHeader + data.Length);
        }

        var udp = packet[ip..];
        BinaryPrimitives.WriteUInt16BigEndian(udp, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)(UdpHeader + data.Length));
        data.CopyTo(udp[UdpHeader..]);

        // Over the pseudo-header of RFC 768 and RFC 8200 section 8.1; a sum of zero is sent as ones.
        var sum = Fold(Sum(udp, Sum(source, Sum(destination, (uint)(Udp + UdpHeader + data.Length)))));
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], sum == 0 ? ushort.MaxValue : sum);
        output.Write(record);
    }
}

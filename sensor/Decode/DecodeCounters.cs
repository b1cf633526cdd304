using System.Text;

namespace SensorNet.Sensor.Decode;

/// <summary>
/// What became of every packet, and how full the decoder's tables are. Written by the one thread that decodes; reading
/// from another thread is safe and may be a packet behind.
/// </summary>
internal sealed class DecodeCounters
{
    private static readonly string[] StatusNames =
        [.. Enum.GetNames<DecodeStatus>().Select(name => "decode." + SnakeCase(name))];

    private readonly long[] _byStatus = new long[StatusNames.Length];

    public long Packets;
    public long Bytes;
    public long Datagrams;
    public long UdpDatagrams;
    public long TcpMessages;
    public long WebSocketMessages;
    public long HepPackets;
    public long HepBadTime;
    public long HepUnusable;
    public long TunnelPackets;
    public long FragmentsReassembled;
    public long FragmentOverlaps;
    public long FragmentTimeouts;
    public long FragmentEvictions;
    public long FragmentsOpen;
    public long FragmentBytes;
    public long TcpStreamsOpen;
    public long TcpBytes;
    public long TcpEvictions;
    public long TcpRetransmissions;
    public long TcpOutOfOrder;
    public long TcpGaps;
    public long TcpGapBytes;
    public long TcpKeepalives;
    public long TcpSkippedBytes;
    public long TcpOversizeMessages;

    public long this[DecodeStatus status] => _byStatus[(int)status];

    public void Count(DecodeStatus status) => _byStatus[(int)status]++;

    /// <summary>Every counter by the name it has in <c>sip.counters</c>.</summary>
    public IEnumerable<KeyValuePair<string, long>> All()
    {
        for (var i = 0; i < _byStatus.Length; i++)
        {
            yield return new(StatusNames[i], _byStatus[i]);
        }

        yield return new("decode.packets", Packets);
        yield return new("decode.bytes", Bytes);
        yield return new("decode.datagrams", Datagrams);
        yield return new("decode.udp_datagrams", UdpDatagrams);
        yield return new("decode.tcp_messages", TcpMessages);
        yield return new("decode.ws_messages", WebSocketMessages);
        yield return new("decode.tunnel_packets", TunnelPackets);
        yield return new("hep.packets", HepPackets);
        yield return new("hep.bad_time", HepBadTime);
        yield return new("hep.unusable", HepUnusable);
        yield return new("fragments.reassembled", FragmentsReassembled);
        yield return new("fragments.overlaps", FragmentOverlaps);
        yield return new("fragments.timeouts", FragmentTimeouts);
        yield return new("fragments.evictions", FragmentEvictions);
        yield return new("fragments.open", FragmentsOpen);
        yield return new("fragments.bytes", FragmentBytes);
        yield return new("tcp.streams_open", TcpStreamsOpen);
        yield return new("tcp.bytes", TcpBytes);
        yield return new("tcp.evictions", TcpEvictions);
        yield return new("tcp.retransmissions", TcpRetransmissions);
        yield return new("tcp.out_of_order", TcpOutOfOrder);
        yield return new("tcp.gaps", TcpGaps);
        yield return new("tcp.gap_bytes", TcpGapBytes);
        yield return new("tcp.keepalives", TcpKeepalives);
        yield return new("tcp.skipped_bytes", TcpSkippedBytes);
        yield return new("tcp.oversize_messages", TcpOversizeMessages);
    }

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}

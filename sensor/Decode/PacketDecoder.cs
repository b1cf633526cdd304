using System.Runtime.CompilerServices;

namespace SensorNet.Sensor.Decode;

/// <summary>
/// Finds the SIP in packets: strips link, VLAN, MPLS, IP and tunnel headers, puts fragments and TCP segments together and
/// hands each UDP payload or whole stream message to the sink. About 10 ns and no allocation for a plain UDP packet.
/// No length in a packet is trusted beyond the octets captured; checksums are not looked at, because offloading network
/// cards and the loopback link leave them unfinished. Whatever the octets are, <see cref="Decode"/> returns.
/// Not thread-safe: one decoder belongs to one capture thread.
/// </summary>
internal sealed partial class PacketDecoder
{
    // Headers inside headers: QinQ + MPLS + IP + VXLAN + Ethernet + IP + GRE + ... stays far below.
    private const int MaxDepth = 16;

    private const byte SipPort = 1;
    private const byte TlsPort = 2;
    private const byte WebSocketPort = 4;
    private const byte HepPort = 8;
    private const byte VxlanPort = 16;
    private const byte GtpPort = 32;

    private readonly DecodeOptions _options;
    private readonly IDatagramSink _sink;
    private readonly byte[] _ports = new byte[65536];
    private readonly FragmentTable _fragments;
    private readonly TcpReassembler _tcp;
    private readonly HepInflater _inflater = new();

    // The packet under way. Fields instead of parameters: the headers nest in any order.
    private long _time;
    private IpAddress128 _source;
    private IpAddress128 _destination;
    private ushort _vlan;
    private TunnelKind _tunnel;
    private uint _tunnelId;
    private bool _captureCut;
    private int _missing;
    private bool _clocked;
    private int _depth;
    private PacketClock _clock;

    public PacketDecoder(DecodeOptions options, IDatagramSink sink)
    {
        _options = options;
        _sink = sink;
        Mark(options.SipPorts, SipPort);
        Mark(options.TlsPorts, TlsPort);
        Mark(options.WebSocketPorts, WebSocketPort);
        Mark(options.HepPorts, HepPort);
        Mark(options.VxlanPorts, VxlanPort);
        Mark(options.GtpPorts, GtpPort);
        var pool = new BufferPool();
        _fragments = new FragmentTable(options, Counters, pool);
        _tcp = new TcpReassembler(options, Counters, pool, this);
    }

    public DecodeCounters Counters { get; } = new();

    /// <summary>Nanoseconds added to every time that is handed on.</summary>
    public long TimeShift { get; set; }

    /// <summary>What went wrong at the last <see cref="DecodeStatus.Fault"/>; null while nothing did.</summary>
    public Exception? LastFault { get; private set; }

    /// <summary>The latest time handed to the sink, shift included; 0 before the first packet.</summary>
    public long Now => _clock.Now;

    /// <summary>Decodes one packet; everything found in it has been handed to the sink when this returns.</summary>
    public DecodeStatus Decode(in CapturedPacket packet)
    {
        _time = packet.Time;
        _vlan = 0;
        _tunnel = TunnelKind.None;
        _tunnelId = 0;
        _depth = 0;
        _clocked = false;
        _missing = 0;
        _captureCut = packet.OriginalLength > packet.Data.Length;
        Counters.Packets++;
        Counters.Bytes += packet.Data.Length;

        DecodeStatus status;
        try
        {
            status = DecodeLink(packet.LinkType, packet.Data);
            if (!_clocked)
            {
                Advance(packet.Time);
            }
        }
        catch (Exception e)
        {
            // One bad packet costs that packet, not the sensor.
            LastFault = e;
            status = DecodeStatus.Fault;
        }

        Counters.Count(status);
        return status;
    }

    /// <summary>The link is silent and it is now this late.</summary>
    public void Idle(long time)
    {
        try
        {
            _fragments.Expire(time);
            _tcp.Expire(time);
            Advance(time);
        }
        catch (Exception e)
        {
            LastFault = e;
            Counters.Count(DecodeStatus.Fault);
        }
    }

    /// <summary>No packet will follow: hands on what the streams still hold, marked as truncated.</summary>
    public void Finish()
    {
        try
        {
            _tcp.Finish();
        }
        catch (Exception e)
        {
            LastFault = e;
            Counters.Count(DecodeStatus.Fault);
        }
    }

    /// <summary>A message cut out of a TCP stream; called back by the reassembler.</summary>
    internal void DeliverFromStream(
        TcpStream stream, long time, TransportKind transport, ReadOnlySpan<byte> message, bool afterGap, bool truncated)
    {
        var key = stream.Key;
        Advance(time);
        Counters.Datagrams++;
        if (transport == TransportKind.Ws)
        {
            Counters.WebSocketMessages++;
        }
        else
        {
            Counters.TcpMessages++;
        }

        _sink.OnDatagram(new Datagram
        {
            Time = time + TimeShift,
            Source = key.Source,
            Destination = key.Destination,
            SourcePort = key.SourcePort,
            DestinationPort = key.DestinationPort,
            Transport = transport,
            Payload = message,
            Vlan = stream.Vlan,
            Tunnel = key.Tunnel,
            TunnelId = key.TunnelId,
            Side = stream.Side,
            AfterGap = afterGap,
            Truncated = truncated,
        });
    }

    /// <summary>What became of a TCP connection; called back by the reassembler.</summary>
    internal void ReportConnection(in ConnectionChange change)
    {
        Advance(change.Time);
        _sink.OnConnection(change with { Time = change.Time + TimeShift });
    }

    private void Deliver(ushort sourcePort, ushort destinationPort, TransportKind transport, ReadOnlySpan<byte> payload)
    {
        Advance(_time);
        Counters.Datagrams++;
        if (transport == TransportKind.Udp)
        {
            Counters.UdpDatagrams++;
        }

        _sink.OnDatagram(new Datagram
        {
            Time = _time + TimeShift,
            Source = _source,
            Destination = _destination,
            SourcePort = sourcePort,
            DestinationPort = destinationPort,
            Transport = transport,
            Payload = payload,
            Vlan = _vlan,
            Tunnel = _tunnel,
            TunnelId = _tunnelId,
            Truncated = _missing > 0,
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Advance(long time)
    {
        _clocked = true;
        _sink.OnTime(_clock.Advance(time + TimeShift));
    }

    private void Mark(PortSet ports, byte bit)
    {
        foreach (var (first, last) in ports.Ranges)
        {
            for (int port = first; port <= last; port++)
            {
                _ports[port] |= bit;
            }
        }
    }

    // A header that goes on past the end: the capture's fault when it was cut, else the sender's.
    private DecodeStatus Short(DecodeStatus malformed) => _captureCut || _missing > 0 ? DecodeStatus.Truncated : malformed;
}

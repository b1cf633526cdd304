namespace SensorNet.Sensor.Decode;

/// <summary>HEP: what another host captured, with that host's addresses and clock.</summary>
internal sealed partial class PacketDecoder
{
    /// <summary>Takes a HEP packet that came to our own socket, not off a wire.</summary>
    /// <param name="data">One whole packet of any version.</param>
    /// <param name="time">When it arrived, nanoseconds since 1970 UTC.</param>
    public DecodeStatus DecodeHepInput(ReadOnlySpan<byte> data, long time)
    {
        Counters.Packets++;
        Counters.Bytes += data.Length;
        DecodeStatus status;
        try
        {
            status = DecodeHepFromStream(data, time);
        }
        catch (Exception e)
        {
            LastFault = e;
            status = DecodeStatus.Fault;
        }

        Counters.Count(status);
        return status;
    }

    internal DecodeStatus DecodeHepFromStream(ReadOnlySpan<byte> data, long time)
    {
        _time = time;
        _vlan = 0;
        _missing = 0;
        return DecodeHep(data);
    }

    private DecodeStatus DecodeHep(ReadOnlySpan<byte> data)
    {
        // The clock that counts is the one inside, so the outer time must not move ours.
        _clocked = true;
        if (!HepPacket.TryRead(data, _time, out var hep))
        {
            return DecodeStatus.MalformedHep;
        }

        Counters.HepPackets++;
        if (hep.ProtocolType != HepPacket.Sip)
        {
            return DecodeStatus.HepNotSip;
        }

        var payload = hep.Payload;
        if (hep.Compressed)
        {
            payload = _inflater.Inflate(payload, _options.MaxMessageBytes);
            if (payload.IsEmpty)
            {
                return DecodeStatus.MalformedHep;
            }
        }

        if (payload.IsEmpty)
        {
            return DecodeStatus.NoPayload;
        }

        if (hep.Time > 0)
        {
            if (_options.HepMaxClockSkew is { } skew && Int128.Abs((Int128)hep.Time - _time) > (Int128)skew.TotalNanoseconds)
            {
                Counters.HepBadTime++;
            }
            else
            {
                _time = hep.Time;
            }
        }

        _source = hep.Source;
        _destination = hep.Destination;
        _tunnel = TunnelKind.Hep;
        _tunnelId = hep.CaptureId;
        if (hep.Vlan != 0)
        {
            _vlan = hep.Vlan;
        }

        // Kamailio has no numbers of its own for TLS and WebSocket and borrows those of IDP and ESP.
        var transport = hep.IpProtocol switch
        {
            ProtocolUdp => TransportKind.Udp,
            ProtocolTcp => TransportKind.Tcp,
            22 => TransportKind.Tls,
            ProtocolEsp => TransportKind.Ws,
            ProtocolSctp => TransportKind.Sctp,
            _ => TransportKind.Unknown,
        };
        Deliver(hep.SourcePort, hep.DestinationPort, transport, payload);
        return DecodeStatus.Delivered;
    }
}

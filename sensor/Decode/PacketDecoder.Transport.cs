using System.Buffers.Binary;

namespace SensorNet.Sensor.Decode;

/// <summary>UDP (RFC 768) and TCP (RFC 9293) headers, and what their ports say.</summary>
internal sealed partial class PacketDecoder
{
    private DecodeStatus DecodeUdp(ReadOnlySpan<byte> data)
    {
        if (data.Length < 8)
        {
            return Short(DecodeStatus.MalformedTransport);
        }

        var sourcePort = BinaryPrimitives.ReadUInt16BigEndian(data);
        var destinationPort = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        int length = BinaryPrimitives.ReadUInt16BigEndian(data[4..]);
        var payload = data[8..];
        if (length != 0)
        {
            // 0 is a jumbogram or segmentation offload: all there is.
            if (length < 8)
            {
                return DecodeStatus.MalformedTransport;
            }

            _missing = Math.Max(0, length - 8 - payload.Length);
            payload = payload[..Math.Min(length - 8, payload.Length)];
        }

        if (payload.IsEmpty)
        {
            return Short(DecodeStatus.NoPayload);
        }

        // HEP before SIP: agents send it from 5060 too.
        var kinds = _ports[sourcePort] | _ports[destinationPort];
        if (payload[0] == (byte)'H' && ((kinds & HepPort) != 0 || _options.HepOnAnyPort) && HepPacket.IsVersion3(payload))
        {
            return DecodeHep(payload);
        }

        if ((kinds & SipPort) != 0)
        {
            Deliver(sourcePort, destinationPort, TransportKind.Udp, payload);
            return DecodeStatus.Delivered;
        }

        if ((_ports[destinationPort] & VxlanPort) != 0)
        {
            return DecodeVxlan(payload);
        }

        if ((_ports[destinationPort] & GtpPort) != 0)
        {
            return DecodeGtp(payload);
        }

        if ((kinds & HepPort) != 0)
        {
            return DecodeHep(payload);
        }

        if (_options.AnyPort && SipStartLine.Match(payload) == StartLineMatch.Yes)
        {
            Deliver(sourcePort, destinationPort, TransportKind.Udp, payload);
            return DecodeStatus.Delivered;
        }

        return DecodeStatus.NotSelected;
    }

    private DecodeStatus DecodeTcp(ReadOnlySpan<byte> data)
    {
        if (data.Length < 20)
        {
            return Short(DecodeStatus.MalformedTransport);
        }

        var headerLength = (data[12] >> 4) * 4;
        if (headerLength < 20)
        {
            return DecodeStatus.MalformedTransport;
        }

        if (headerLength > data.Length)
        {
            return Short(DecodeStatus.MalformedTransport);
        }

        var sourcePort = BinaryPrimitives.ReadUInt16BigEndian(data);
        var destinationPort = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        var kinds = _ports[sourcePort] | _ports[destinationPort];
        var key = new StreamKey(_source, _destination, sourcePort, destinationPort, _tunnel, _tunnelId);
        var ports = ((kinds & SipPort) != 0 ? StreamPorts.Sip : 0)
            | ((kinds & TlsPort) != 0 ? StreamPorts.Tls : 0)
            | ((kinds & WebSocketPort) != 0 ? StreamPorts.WebSocket : 0)
            | ((kinds & HepPort) != 0 ? StreamPorts.Hep : 0);
        return _tcp.Add(
            key,
            _vlan,
            ports,
            _time,
            BinaryPrimitives.ReadUInt32BigEndian(data[4..]),
            (TcpFlags)data[13],
            data[headerLength..],
            data.Length - headerLength + _missing);
    }
}

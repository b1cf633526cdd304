using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;

namespace SensorNet.Benchmarks.Traffic;

/// <summary>Sends the UDP payloads of a capture to one address, at a rate, to load a live capture.</summary>
internal sealed class DatagramSender(string path, int limit) : IPacketHandler
{
    private readonly List<byte[]> _payloads = [];

    public void OnPacket(in CapturedPacket packet)
    {
        if (_payloads.Count < limit && packet.Data.Length > 42)
        {
            _payloads.Add(packet.Data[42..].ToArray());
        }
    }

    public void OnIdle(long time)
    {
    }

    /// <summary>Sends until the time is over; returns how many were sent and how long it took.</summary>
    public (long Sent, TimeSpan Took) Send(IPEndPoint target, double perSecond, TimeSpan duration)
    {
        using (var reader = CaptureFileReader.Open(path))
        {
            reader.Run(this, CancellationToken.None);
        }

        // Somebody has to own the port, or every datagram costs an ICMP error too.
        using var receiver = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4096 };
        receiver.Bind(target);
        using var sender = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        sender.Connect(target);
        var watch = Stopwatch.StartNew();
        long sent = 0;
        while (watch.Elapsed < duration)
        {
            var due = (long)(watch.Elapsed.TotalSeconds * perSecond);
            for (; sent < due; sent++)
            {
                sender.Send(_payloads[(int)(sent % _payloads.Count)]);
            }
        }

        return (sent, watch.Elapsed);
    }
}

using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Tests.Decode;

/// <summary>Keeps a copy of everything, and checks what every sink may rely on: payloads are not empty, time never goes back.</summary>
internal sealed class CollectingSink : IDatagramSink
{
    public List<Received> Datagrams { get; } = [];

    public long Now { get; private set; } = long.MinValue;

    public List<string> Texts => [.. Datagrams.Select(d => d.Text)];

    public void OnDatagram(in Datagram datagram)
    {
        Assert.False(datagram.Payload.IsEmpty);
        Datagrams.Add(new Received(
            datagram.Time,
            datagram.Source.ToString(),
            datagram.SourcePort,
            datagram.Destination.ToString(),
            datagram.DestinationPort,
            datagram.Transport,
            datagram.Payload.ToArray(),
            datagram.Vlan,
            datagram.Tunnel,
            datagram.TunnelId,
            datagram.AfterGap,
            datagram.Truncated));
    }

    public void OnTime(long time)
    {
        Assert.True(time >= Now || time < Now - PacketClock.Step, "time went back a little");
        Now = time;
    }
}

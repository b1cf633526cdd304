using SensorNet.Sensor.Cli;

namespace SensorNet.Sensor.Tests.Cli;

public sealed class ListeningPortsTests
{
    private const string Header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    [Fact]
    public void Only_what_listens_counts_and_ports_are_hexadecimal()
    {
        var ports = new HashSet<(bool Tcp, int Port)>();
        ListeningPorts.Read(
            [
                Header,
                "   0: 0100007F:13C5 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1",
                "   1: 0100007F:13C4 0200007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 2 1",
                "garbage",
            ],
            tcp: true,
            ports);
        Assert.Equal([(true, 5061)], ports);
        Assert.True(ListeningPorts.TlsOnly(ports));

        ListeningPorts.Read([Header, "  9: 00000000:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3 2"], tcp: false, ports);
        Assert.Contains((false, 5060), ports);
        Assert.False(ListeningPorts.TlsOnly(ports));
        Assert.True(ListeningPorts.TakesTls(ports));
    }
}

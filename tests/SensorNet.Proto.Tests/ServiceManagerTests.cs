using System.Net.Sockets;
using System.Text;

namespace SensorNet.Proto.Tests;

public sealed class ServiceManagerTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"notify-{Guid.NewGuid():N}");
    private readonly Socket _systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };

    public ServiceManagerTests()
    {
        _systemd.Bind(new UnixDomainSocketEndPoint(_path));
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", _path);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", null);
        _systemd.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public void A_long_start_is_given_time_and_its_status_is_gone_when_it_is_over()
    {
        using var manager = new ServiceManager(() => true, TimeProvider.System);
        manager.Starting("half way");
        Assert.Equal("STATUS=half way\nEXTEND_TIMEOUT_USEC=120000000", Receive());
        manager.Ready();
        Assert.Equal("READY=1\nSTATUS=", Receive());
        manager.Stopping();
        Assert.Equal("STOPPING=1", Receive());
    }

    [Fact]
    public void A_start_of_no_time_says_that_it_is_ready()
    {
        using var manager = new ServiceManager(() => true, TimeProvider.System);
        manager.Ready();
        Assert.Equal("READY=1", Receive());
    }

    private string Receive()
    {
        var buffer = new byte[256];
        return Encoding.ASCII.GetString(buffer, 0, _systemd.Receive(buffer));
    }
}

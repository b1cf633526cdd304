using System.Globalization;
using System.Net.Sockets;

namespace SensorNet.Proto;

/// <summary>
/// Tells systemd that the program is ready, stopping, and alive (sd_notify(3): datagrams to NOTIFY_SOCKET). Does nothing where
/// there is no such socket.
/// </summary>
public sealed class ServiceManager : IDisposable
{
    private readonly Socket? _socket;
    private readonly ITimer? _watchdog;
    private readonly TimeSpan _period;
    private bool _hasStatus;

    /// <param name="alive">Asked three times in each WATCHDOG_USEC; the watchdog is fed only while it says so.</param>
    /// <param name="time">The program's clock.</param>
    public ServiceManager(Func<bool> alive, TimeProvider time)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } path)
        {
            return;
        }

        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            // A leading @ stands for the zero octet of the abstract namespace.
            _socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
        }
        catch (SocketException)
        {
            _socket.Dispose();
            _socket = null;
            return;
        }

        if (long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0)
        {
            var period = TimeSpan.FromMicroseconds(microseconds / 3.0);
            _watchdog = time.CreateTimer(
                _ =>
                {
                    if (alive())
                    {
                        Send("WATCHDOG=1");
                    }
                },
                null,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
            _period = period;
        }
    }

    /// <summary>The start takes its time: it is given two minutes more from now on, whatever the unit's limit is.</summary>
    /// <param name="status">How far it is, for `systemctl status`; one line of ASCII.</param>
    public void Starting(string status)
    {
        _hasStatus = true;
        Send($"STATUS={status}\nEXTEND_TIMEOUT_USEC=120000000");
    }

    public void Ready()
    {
        Send(_hasStatus ? "READY=1\nSTATUS=" : "READY=1");
        _watchdog?.Change(_period, _period);
    }

    public void Stopping() => Send("STOPPING=1");

    public void Dispose()
    {
        _watchdog?.Dispose();
        _socket?.Dispose();
    }

    private void Send(string state)
    {
        try
        {
            _socket?.Send(System.Text.Encoding.ASCII.GetBytes(state));
        }
        catch (SocketException)
        {
            // The manager is gone or busy; it has its own timeouts.
        }
    }
}

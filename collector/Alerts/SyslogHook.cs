using System.Globalization;
using System.Net.Sockets;
using System.Text;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>Sends notices as RFC 5424 syslog over UDP (RFC 5426), facility authpriv, one datagram each.</summary>
internal sealed class SyslogHook(string host, int port) : IHook
{
    private const int Facility = 10;
    private const int LongestDatagram = 2048;

    public string Name => string.Create(CultureInfo.InvariantCulture, $"syslog {host}:{port}");

    public async Task SendAsync(Notice notice, CancellationToken cancellation)
    {
        using var client = new UdpClient();
        await client.SendAsync(Format(notice, DateTimeOffset.UtcNow), host, port, cancellation);
    }

    /// <summary>The datagram; control characters of hostile names are replaced, since they could forge lines.</summary>
    public static byte[] Format(Notice notice, DateTimeOffset now)
    {
        var severity = notice.Level switch { AlertLevel.Critical => 2, AlertLevel.High => 3, AlertLevel.Medium or AlertLevel.Low => 4, AlertLevel.Unspecified => 5, _ => 6 };
        var line = new StringBuilder(512)
            .Append(CultureInfo.InvariantCulture, $"<{(Facility * 8) + severity}>1 {now:yyyy-MM-ddTHH:mm:ss.fffZ} ")
            .Append(notice.Host.Length > 0 ? Word(notice.Host) : "-")
            .Append(CultureInfo.InvariantCulture, $" sensornet - {Word(notice.Id)} - ");
        foreach (var c in notice.Text)
        {
            line.Append(char.IsControl(c) ? '?' : c);
        }

        var octets = Encoding.UTF8.GetBytes(line.ToString());
        return octets.Length <= LongestDatagram ? octets : octets[..LongestDatagram];
    }

    private static string Word(string name) => string.Concat(name.Select(c => c is > ' ' and < (char)127 ? c : '_'));
}

namespace SensorNet.Sensor.Tests.Cli;

/// <summary>Lines as sshd writes them through rsyslog with RFC 3339 times: one failed login each.</summary>
internal static class SshdLog
{
    public static string Line(int number, string time = "2024-05-01T10:00:00") =>
        $"{time}.{number % 1000:D3}000+00:00 host-1 sshd[{10_000 + number}]: Failed password for u{number} from 198.51.100.7 port {20_000 + (number % 40_000)} ssh2";
}

namespace SensorNet.Sensor.Host;

/// <summary>One measured value.</summary>
/// <param name="Name">cpu, memory, swap, disk:/path, inodes:/path, load1, net_errors:eth0, fds:asterisk ...</param>
/// <param name="Value">Percent, or a plain number.</param>
/// <param name="IsPercent">Whether thresholds apply.</param>
internal readonly record struct HostReading(string Name, double Value, bool IsPercent);

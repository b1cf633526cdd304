namespace SensorNet.Sensor.Logs.Formats;

/// <summary>Packet logs of ulogd and of Proxmox's firewall, which are not the kernel's own lines.</summary>
internal sealed class FirewallParser : ILogParser
{
    public LineVerdict Parse(in LogLine line, LogEmitter emit) => FirewallLine.Parse(line.Message, in line, emit, inRequired: false);
}

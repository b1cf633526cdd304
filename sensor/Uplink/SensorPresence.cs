namespace SensorNet.Sensor.Uplink;

/// <summary>What a sensor says of itself in its hello.</summary>
/// <param name="Host">host.name of its events.</param>
/// <param name="Version">The program's version.</param>
/// <param name="BootId">The kernel's boot id; empty where unknown.</param>
/// <param name="Capabilities">What it can see: sip_capture, tls_only, sshd, kamailio ...</param>
internal sealed record SensorPresence(string Host, string Version, string BootId, IReadOnlyList<string> Capabilities);

namespace SensorNet.Sensor.Decode;

/// <summary>
/// What fragments of one IP datagram have in common (RFC 791 section 3.2; RFC 8200 section 4.5), and where they were seen,
/// because tenants behind different VLANs and tunnels may use the same addresses.
/// </summary>
internal readonly record struct FragmentKey(
    IpAddress128 Source, IpAddress128 Destination, uint Id, byte Protocol, ushort Vlan, uint TunnelId);

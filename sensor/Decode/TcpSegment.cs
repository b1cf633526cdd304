namespace SensorNet.Sensor.Decode;

/// <summary>Octets that came before those in front of them.</summary>
/// <param name="Sequence">Sequence number of the first octet.</param>
/// <param name="Length">Octets kept.</param>
/// <param name="WireLength">Octets that the segment had on the wire, more than kept when the capture cut it.</param>
/// <param name="Data">The octets, in a rented array that may be longer.</param>
internal readonly record struct TcpSegment(uint Sequence, int Length, int WireLength, byte[] Data);

namespace SensorNet.Sensor.Capture;

/// <summary>What a replay read.</summary>
/// <param name="Packets">Packets read from all files.</param>
/// <param name="Bytes">Captured octets of those packets.</param>
/// <param name="FirstTime">The first packet's time as recorded, nanoseconds since 1970 UTC; 0 without packets.</param>
/// <param name="LastTime">The latest time the packet clock reached, shift included; 0 without packets.</param>
/// <param name="Truncations">
/// Files that end in the middle of a packet: everything before was used, the rest is missing.
/// </param>
internal sealed record ReplayResult(
    long Packets,
    long Bytes,
    long FirstTime,
    long LastTime,
    IReadOnlyList<CaptureFileException> Truncations);

namespace SensorNet.Sensor.Decode;

/// <summary>One packet as captured. The octets are a view into the source's buffer, valid during one call.</summary>
internal readonly ref struct CapturedPacket
{
    /// <summary>Nanoseconds since 1970 UTC.</summary>
    public required long Time { get; init; }

    public required LinkType LinkType { get; init; }

    /// <summary>What was kept of the packet.</summary>
    public required ReadOnlySpan<byte> Data { get; init; }

    /// <summary>Octets the packet had on the wire; more than <see cref="Data"/> has when the capture cut it.</summary>
    public required int OriginalLength { get; init; }
}

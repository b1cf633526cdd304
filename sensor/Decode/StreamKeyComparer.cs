namespace SensorNet.Sensor.Decode;

/// <summary>Hashes with a secret seed, so that nobody can choose connections that share a chain.</summary>
internal sealed class StreamKeyComparer : IEqualityComparer<StreamKey>
{
    private readonly KeyedMix _mix = KeyedMix.Create();

    public bool Equals(StreamKey x, StreamKey y) => x == y;

    public int GetHashCode(StreamKey key) => _mix.Hash(
        key.Source,
        key.Destination,
        ((ulong)key.SourcePort << 32) | ((ulong)key.DestinationPort << 16) | (byte)key.Tunnel,
        key.TunnelId);
}

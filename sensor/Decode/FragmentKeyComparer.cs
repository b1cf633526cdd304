namespace SensorNet.Sensor.Decode;

/// <summary>Hashes with a secret seed, so that nobody can choose fragments that share a chain.</summary>
internal sealed class FragmentKeyComparer : IEqualityComparer<FragmentKey>
{
    private readonly KeyedMix _mix = KeyedMix.Create();

    public bool Equals(FragmentKey x, FragmentKey y) => x == y;

    public int GetHashCode(FragmentKey key) => _mix.Hash(
        key.Source, key.Destination, ((ulong)key.Id << 32) | ((ulong)key.Protocol << 16) | key.Vlan, key.TunnelId);
}

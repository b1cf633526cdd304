using System.Buffers.Binary;
using SensorNet.Collector.Detection.Sigma;

namespace SensorNet.Collector.Detection.Producers;

/// <summary>A set of addresses and networks; looking an address up costs one hash per distinct prefix length. Immutable.</summary>
internal sealed class PrefixSet
{
    private readonly List<(int Length, int Bits, HashSet<UInt128> Networks)> _groups = [];

    /// <param name="networks">Addresses and CIDR networks.</param>
    /// <param name="what">The setting they come from, for the error.</param>
    /// <exception cref="FormatException">One of them is neither.</exception>
    public PrefixSet(IEnumerable<string> networks, string what)
    {
        foreach (var network in networks)
        {
            if (!AddressPrefix.TryParse(network.Trim(), out var prefix))
            {
                throw new FormatException($"{what}: '{network}' is not an address or a network such as 192.0.2.0/24");
            }

            var length = prefix.Octets.Length;
            var index = _groups.FindIndex(g => g.Length == length && g.Bits == prefix.Bits);
            if (index < 0)
            {
                index = _groups.Count;
                _groups.Add((length, prefix.Bits, []));
            }

            _groups[index].Networks.Add(Masked(prefix.Octets, prefix.Bits));
        }
    }

    public bool IsEmpty => _groups.Count == 0;

    public bool Contains(ReadOnlySpan<byte> address)
    {
        foreach (var (length, bits, networks) in _groups)
        {
            if (length == address.Length && networks.Contains(Masked(address, bits)))
            {
                return true;
            }
        }

        return false;
    }

    private static UInt128 Masked(ReadOnlySpan<byte> address, int bits)
    {
        var value = address.Length == 4 ? (UInt128)BinaryPrimitives.ReadUInt32BigEndian(address) << 96 : BinaryPrimitives.ReadUInt128BigEndian(address);
        return bits == 0 ? 0 : value >> (128 - bits) << (128 - bits);
    }
}

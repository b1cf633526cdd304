using System.Buffers.Binary;

namespace SensorNet.Collector.Detection.Producers;

/// <summary>
/// An address database in the MaxMind DB format 2.0 (GeoLite2-Country, GeoLite2-ASN, DB-IP lite and others), read into
/// memory. Only country and autonomous system are looked at. The file is not trusted: every offset is checked, and depth
/// and steps are bounded. Immutable and thread-safe.
/// </summary>
internal sealed class AddressDatabase
{
    private const int MostNested = 32;
    private const int SeparatorLength = 16;
    private static readonly byte[] MetadataMarker = [0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8];

    private readonly byte[] _file;
    private readonly MaxMindData _data;
    private readonly int _nodes;
    private readonly int _recordBits;
    private readonly int _ipv4Root;

    private AddressDatabase(byte[] file, string path)
    {
        _file = file;
        var marker = file.AsSpan(Math.Max(0, file.Length - (128 * 1024))).LastIndexOf(MetadataMarker);
        if (marker < 0)
        {
            throw new FormatException($"{path} is not an address database in the MaxMind DB format (.mmdb): its metadata is missing");
        }

        var start = Math.Max(0, file.Length - (128 * 1024)) + marker + MetadataMarker.Length;
        var metadata = new MaxMindData(file.AsMemory(start), MostNested);
        _nodes = (int)Math.Min(int.MaxValue, metadata.Number(0, "node_count"));
        _recordBits = (int)metadata.Number(0, "record_size");
        IsIpv6 = metadata.Number(0, "ip_version") == 6;
        Built = DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(metadata.Number(0, "build_epoch"), int.MaxValue));
        var tree = (long)_nodes * _recordBits / 4;
        if (metadata.Number(0, "binary_format_major_version") != 2 || _recordBits is not (24 or 28 or 32) || _nodes == 0 || tree + SeparatorLength > file.Length)
        {
            throw new FormatException($"{path} is damaged, or of another version than 2 of the MaxMind DB format");
        }

        _data = new MaxMindData(file.AsMemory((int)tree + SeparatorLength), MostNested);
        _ipv4Root = IsIpv6 ? Walk(0, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) : 0;
    }

    public bool IsIpv6 { get; }

    /// <summary>When its maker built it.</summary>
    public DateTimeOffset Built { get; }

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FormatException">It is not such a database.</exception>
    public static AddressDatabase Open(string path) => new(File.ReadAllBytes(path), path);

    /// <exception cref="FormatException">It is not such a database.</exception>
    public static AddressDatabase Parse(byte[] file, string name) => new(file, name);

    /// <summary>What is known of an address of 4 or 16 octets; empty and 0 where nothing is.</summary>
    public AddressOrigin Find(ReadOnlySpan<byte> address)
    {
        if (address.Length == 16 && !IsIpv6)
        {
            return default;
        }

        var node = Walk(address.Length == 4 ? _ipv4Root : 0, address);
        var offset = node - _nodes - SeparatorLength;
        if (node <= _nodes || offset < 0)
        {
            return default;
        }

        var country = _data.Text(offset, "country", "iso_code");
        return new AddressOrigin(
            country.Length > 0 ? country : _data.Text(offset, "registered_country", "iso_code"),
            (uint)Math.Min(uint.MaxValue, _data.Number(offset, "autonomous_system_number")));
    }

    /// <summary>Follows the bits of the address; the record where they end or where the tree does.</summary>
    private int Walk(int node, ReadOnlySpan<byte> bits)
    {
        for (var i = 0; i < bits.Length * 8 && (uint)node < (uint)_nodes; i++)
        {
            node = Record(node, (bits[i >> 3] >> (7 - (i & 7))) & 1);
        }

        return node;
    }

    private int Record(int node, int side)
    {
        var at = _file.AsSpan((int)((long)node * _recordBits / 4));
        return _recordBits switch
        {
            24 => (at[side * 3] << 16) | (at[(side * 3) + 1] << 8) | at[(side * 3) + 2],
            28 => side == 0 ? ((at[3] & 0xF0) << 20) | (at[0] << 16) | (at[1] << 8) | at[2] : ((at[3] & 0x0F) << 24) | (at[4] << 16) | (at[5] << 8) | at[6],
            _ => (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(at[(side * 4)..])),
        };
    }
}

using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace SensorNet.Collector.Tests.Detection.Producers;

/// <summary>Writes small address databases in the MaxMind DB format, with whatever record size.</summary>
internal sealed class MaxMindWriter(int recordBits, bool ipv6)
{
    private readonly List<int[]> _nodes = [[-1, -1]];
    private readonly List<byte[]> _records = [];

    /// <summary>The record for a network; the first of two records for one network stays.</summary>
    public MaxMindWriter Add(string network, byte[] record)
    {
        var parts = network.Split('/');
        var address = IPAddress.Parse(parts[0]).GetAddressBytes();
        var bits = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        if (ipv6 && address.Length == 4)
        {
            address = [.. new byte[12], .. address];
            bits += 96;
        }

        var node = 0;
        for (var i = 0; i < bits; i++)
        {
            var side = (address[i >> 3] >> (7 - (i & 7))) & 1;
            if (i == bits - 1)
            {
                _nodes[node][side] = -2 - _records.Count;
                break;
            }

            if (_nodes[node][side] < 0)
            {
                _nodes[node][side] = _nodes.Count;
                _nodes.Add([-1, -1]);
            }

            node = _nodes[node][side];
        }

        _records.Add(record);
        return this;
    }

    public byte[] Build()
    {
        // The text "iso_code" stands once at the head of the data; every record points to it.
        var data = new List<byte>(Text("iso_code"));
        var offsets = new List<int>();
        foreach (var record in _records)
        {
            offsets.Add(data.Count);
            data.AddRange(record);
        }

        var file = new List<byte>();
        foreach (var node in _nodes)
        {
            var values = node.Select(v => (uint)(v == -1 ? _nodes.Count : v >= 0 ? v : _nodes.Count + 16 + offsets[-2 - v])).ToArray();
            file.AddRange(Node(values[0], values[1]));
        }

        var metadata = Map(
            ("node_count", Number(6, (uint)_nodes.Count)), ("record_size", Number(5, (uint)recordBits)), ("ip_version", Number(5, ipv6 ? 6u : 4u)),
            ("binary_format_major_version", Number(5, 2)), ("build_epoch", Number(9, 1_700_000_000)), ("database_type", Text("Test")));
        return [.. file, .. new byte[16], .. data, 0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8, .. metadata];
    }

    public static byte[] Country(string code) => Map(
        ("names", Map(("en", Text(new string('x', 300))))),
        ("country", [0xE1, 0x20, 0x00, .. Text(code)]));

    public static byte[] AutonomousSystem(uint number) => Map(("autonomous_system_organization", Text("Example")), ("autonomous_system_number", Number(6, number)));

    private static byte[] Map(params (string Key, byte[] Value)[] members) =>
        [(byte)(0xE0 | members.Length), .. members.SelectMany(m => (byte[])[.. Text(m.Key), .. m.Value])];

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length < 29 ? [(byte)(0x40 | bytes.Length), .. bytes]
            : bytes.Length < 285 ? [0x5D, (byte)(bytes.Length - 29), .. bytes]
            : [0x5E, (byte)((bytes.Length - 285) >> 8), (byte)(bytes.Length - 285), .. bytes];
    }

    private static byte[] Number(int type, uint value)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        var bytes = octets.TrimStart((byte)0).ToArray();
        return type < 8 ? [(byte)((type << 5) | bytes.Length), .. bytes] : [(byte)bytes.Length, (byte)(type - 7), .. bytes];
    }

    private byte[] Node(uint left, uint right) => recordBits switch
    {
        24 => [(byte)(left >> 16), (byte)(left >> 8), (byte)left, (byte)(right >> 16), (byte)(right >> 8), (byte)right],
        28 =>
        [
            (byte)(left >> 16), (byte)(left >> 8), (byte)left, (byte)(((left >> 20) & 0xF0) | (right >> 24)),
            (byte)(right >> 16), (byte)(right >> 8), (byte)right,
        ],
        _ => [(byte)(left >> 24), (byte)(left >> 16), (byte)(left >> 8), (byte)left, (byte)(right >> 24), (byte)(right >> 16), (byte)(right >> 8), (byte)right],
    };
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace SensorNet.Sensor.Spool;

/// <summary>CRC-32C (Castagnoli, as in RFC 3720 section 12.1), by the processor's instruction where there is one.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of the octets; chained by handing in the checksum of what came before.</summary>
    public static uint Compute(ReadOnlySpan<byte> octets, uint before = 0)
    {
        var crc = ~before;
        var words = MemoryMarshal.Cast<byte, ulong>(octets);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (var octet in octets[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, octet);
        }

        return ~crc;
    }
}

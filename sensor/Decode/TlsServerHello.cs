using System.Buffers.Binary;

namespace SensorNet.Sensor.Decode;

/// <summary>The one message of a TLS handshake that tells in clear what was agreed (RFC 5246 section 7.4.1.3, RFC 8446 section 4.1.3).</summary>
internal static class TlsServerHello
{
    private const ushort SupportedVersions = 43;

    /// <summary>Reads version and cipher suite from the beginning of a server's first record; false when it is something else or cut.</summary>
    public static bool TryRead(ReadOnlySpan<byte> record, out ushort version, out ushort cipher)
    {
        version = 0;
        cipher = 0;

        // Record: type 22, version, length. Handshake: type 2, 24-bit length, version, 32 octets of random, session id.
        if (record.Length < 44 || record[0] != 22 || record[1] != 3 || record[5] != 2)
        {
            return false;
        }

        version = BinaryPrimitives.ReadUInt16BigEndian(record[9..]);
        var rest = record[43..];
        int session = rest[0];
        if (session > 32 || rest.Length < 1 + session + 3)
        {
            return false;
        }

        cipher = BinaryPrimitives.ReadUInt16BigEndian(rest[(1 + session)..]);
        rest = rest[(1 + session + 3)..];
        if (rest.Length < 2)
        {
            return true;
        }

        rest = rest.Slice(2, Math.Min(rest.Length - 2, BinaryPrimitives.ReadUInt16BigEndian(rest)));
        while (rest.Length >= 4)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (BinaryPrimitives.ReadUInt16BigEndian(rest) == SupportedVersions && length == 2 && rest.Length >= 6)
            {
                // TLS 1.3 says 1.2 in the old place.
                version = BinaryPrimitives.ReadUInt16BigEndian(rest[4..]);
                break;
            }

            rest = length + 4 <= rest.Length ? rest[(4 + length)..] : [];
        }

        return true;
    }
}

using System.IO.Compression;

namespace SensorNet.Sensor.Decode;

/// <summary>Unpacks compressed HEP payloads, which few agents send. Allocates; the result is valid until the next call.</summary>
internal sealed class HepInflater
{
    private byte[] _buffer = [];

    /// <summary>The unpacked octets, at most <paramref name="limit"/> of them; empty when they are damaged.</summary>
    public ReadOnlySpan<byte> Inflate(ReadOnlySpan<byte> packed, int limit)
    {
        if (packed.Length < 2)
        {
            return default;
        }

        if (_buffer.Length < limit)
        {
            _buffer = new byte[limit];
        }

        try
        {
            using var source = new MemoryStream(packed.ToArray(), writable: false);
            using Stream inflate = packed[0] == 0x1F && packed[1] == 0x8B
                ? new GZipStream(source, CompressionMode.Decompress)
                : new ZLibStream(source, CompressionMode.Decompress);
            var length = inflate.ReadAtLeast(_buffer, limit, throwOnEndOfStream: false);
            return _buffer.AsSpan(0, length);
        }
        catch (InvalidDataException)
        {
            return default;
        }
    }
}

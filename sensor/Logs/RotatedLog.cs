using System.IO.Compression;

namespace SensorNet.Sensor.Logs;

/// <summary>An older part of a log under another name, plain or compressed with gzip.</summary>
internal sealed class RotatedLog
{
    private readonly FileIdentity _identity;
    private readonly bool _compressed;
    private readonly byte[] _head;

    private RotatedLog(string path, FileIdentity identity, bool compressed, byte[] head, long length)
    {
        Path = path;
        _identity = identity;
        _compressed = compressed;
        _head = head;
        Length = length;
    }

    public string Path { get; }

    /// <summary>Uncompressed octets; unknown, and so the greatest number, for a compressed file.</summary>
    public long Length { get; }

    public long ModifiedSeconds => _identity.ModifiedSeconds;

    /// <summary>Null for what cannot be read.</summary>
    public static RotatedLog? TryOpen(string path)
    {
        if (!FileIdentity.TryRead(path, out var identity))
        {
            return null;
        }

        var compressed = path.EndsWith(".gz", StringComparison.Ordinal);
        try
        {
            using var stream = Open(path, compressed);
            var head = new byte[256];
            var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            return new RotatedLog(path, identity, compressed, head[..length], compressed ? long.MaxValue : identity.Size);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Whether its head is that of the file of this mark.</summary>
    public bool Fits(LogMark mark) =>
        mark.FingerprintLength <= _head.Length && LogMark.Hash(_head.AsSpan(0, (int)mark.FingerprintLength)) == mark.Fingerprint;

    /// <summary>Whether reading goes on in it after this mark.</summary>
    public bool Continues(LogMark mark)
    {
        var same = !_compressed && _identity.Inode == mark.Inode && _identity.Device == mark.Device;
        return Length >= mark.Offset && (mark.FingerprintLength == 0 ? same : Fits(mark) && (same || mark.FingerprintLength >= 64));
    }

    /// <summary>Opens it so that the next octet is at this offset, or at its end when it is shorter.</summary>
    public Stream OpenAt(long offset, out long position)
    {
        var stream = Open(Path, _compressed);
        if (!_compressed)
        {
            position = stream.Seek(Math.Min(offset, stream.Length), SeekOrigin.Begin);
            return stream;
        }

        var buffer = new byte[64 * 1024];
        position = 0;
        while (position < offset)
        {
            var read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, offset - position));
            if (read == 0)
            {
                break;
            }

            position += read;
        }

        return stream;
    }

    private static Stream Open(string path, bool compressed)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}

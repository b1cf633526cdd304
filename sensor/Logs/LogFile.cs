using Microsoft.Win32.SafeHandles;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// One open log file: what it is, where reading stands, and a fingerprint of its first octets, by which it is known again
/// under another name or after its content was replaced in place.
/// </summary>
internal sealed class LogFile : IDisposable
{
    private const int FingerprintMax = 256;

    private readonly SafeFileHandle _handle;

    private LogFile(SafeFileHandle handle, FileIdentity identity)
    {
        _handle = handle;
        Identity = identity;
    }

    public FileIdentity Identity { get; private set; }

    public uint FingerprintLength { get; private set; }

    public ulong Fingerprint { get; private set; }

    /// <exception cref="IOException">It is missing or cannot be read (also <see cref="UnauthorizedAccessException"/>).</exception>
    public static LogFile Open(string path)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (!FileIdentity.TryRead(handle, out var identity))
        {
            handle.Dispose();
            throw new IOException($"{path} is not a regular file.");
        }

        return new LogFile(handle, identity);
    }

    public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(_handle, buffer, offset);

    public bool Refresh()
    {
        if (FileIdentity.TryRead(_handle, out var identity))
        {
            Identity = identity;
            return true;
        }

        return false;
    }

    /// <summary>Widens the fingerprint to what the file now has, up to its full length.</summary>
    public void UpdateFingerprint()
    {
        if (FingerprintLength < FingerprintMax && Identity.Size > FingerprintLength)
        {
            var (length, hash) = Measure(FingerprintMax);
            FingerprintLength = length;
            Fingerprint = hash;
        }
    }

    /// <summary>Whether the file begins as one with this fingerprint did. The empty fingerprint fits every file.</summary>
    public bool Fits(uint length, ulong fingerprint)
    {
        if (length == 0)
        {
            return true;
        }

        var (measured, hash) = Measure((int)Math.Min(length, FingerprintMax));
        return measured == length && hash == fingerprint;
    }

    public void Dispose() => _handle.Dispose();

    private (uint Length, ulong Hash) Measure(int want)
    {
        Span<byte> head = stackalloc byte[FingerprintMax];
        var length = 0;
        while (length < want && Read(head[length..want], length) is > 0 and var read)
        {
            length += read;
        }

        return ((uint)length, LogMark.Hash(head[..length]));
    }
}

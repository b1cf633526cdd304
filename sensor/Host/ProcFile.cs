namespace SensorNet.Sensor.Host;

/// <summary>
/// Reads small files of procfs into one buffer that is used again: what is measured every few seconds must not cost memory.
/// Not thread-safe.
/// </summary>
internal sealed class ProcFile(string root)
{
    // net/dev of a host with hundreds of interfaces; what is longer is cut, which only hides the last of them.
    private readonly byte[] _buffer = new byte[32 * 1024];

    /// <summary>The content; empty when it cannot be read. Valid until the next reading.</summary>
    /// <param name="path">Under the root.</param>
    /// <param name="most">Not more octets than this.</param>
    public ReadOnlySpan<byte> Read(string path, int most = int.MaxValue)
    {
        try
        {
            using var file = File.OpenHandle(Path.Combine(root, path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = 0;
            var limit = Math.Min(most, _buffer.Length);
            while (length < limit && RandomAccess.Read(file, _buffer.AsSpan(length, limit - length), length) is > 0 and var read)
            {
                length += read;
            }

            return _buffer.AsSpan(0, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}

using System.Globalization;

namespace SensorNet.Collector.Export;

/// <summary>A file that is appended to and set aside (name.1, name.2 ...) when it is full. Not thread-safe.</summary>
internal sealed class RotatingFile(string path, long maxBytes, int kept) : IDisposable
{
    private FileStream? stream;

    /// <summary>Appends whole lines.</summary>
    public void Append(ReadOnlySpan<byte> lines)
    {
        stream ??= Open();
        if (stream.Length > 0 && stream.Length + lines.Length > maxBytes)
        {
            Rotate();
        }

        stream!.Write(lines);
    }

    public void Flush() => stream?.Flush();

    public void Dispose() => stream?.Dispose();

    private FileStream Open() => new(path, new FileStreamOptions
    {
        Mode = FileMode.Append,
        Access = FileAccess.Write,
        Share = FileShare.ReadWrite | FileShare.Delete,

        // Events hold names and addresses: nobody's but the collector's and its group's.
        UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
    });

    private void Rotate()
    {
        stream!.Dispose();
        for (var i = kept; i >= 1; i--)
        {
            var older = i == 1 ? path : Numbered(i - 1);
            if (File.Exists(older))
            {
                File.Move(older, Numbered(i), overwrite: true);
            }
        }

        if (kept == 0)
        {
            File.Delete(path);
        }

        stream = Open();
    }

    private string Numbered(int number) => string.Create(CultureInfo.InvariantCulture, $"{path}.{number}");
}

using System.Runtime.InteropServices;

namespace SensorNet.Collector.Storage.RocksDb;

/// <summary>RocksDB refused or failed; the message is its own status text.</summary>
internal class RocksDbException(string message) : IOException(message)
{
    /// <summary>Data read back was not what had been written.</summary>
    public bool IsCorruption => Message.Contains("Corruption", StringComparison.Ordinal);

    /// <summary>The file system had no room for a write.</summary>
    public bool IsNoSpace => Message.Contains("No space left", StringComparison.OrdinalIgnoreCase)
        || Message.Contains("NoSpace", StringComparison.OrdinalIgnoreCase)
        || Message.Contains("quota exceeded", StringComparison.OrdinalIgnoreCase);

    /// <summary>Throws when <paramref name="error"/>, as a native call left it, holds a text; frees the text.</summary>
    internal static void ThrowIf(nint error)
    {
        if (error != 0)
        {
            Throw(error);
        }
    }

    private static void Throw(nint error)
    {
        var text = Marshal.PtrToStringUTF8(error) ?? "unknown error";
        Native.rocksdb_free(error);
        throw new RocksDbException(text);
    }
}

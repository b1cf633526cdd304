using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SensorNet.Collector.Storage;

/// <summary>
/// Finds the native libraries that this assembly imports by their short names. Debian's runtime packages ship only the
/// versioned file names, so those are tried first; an environment variable overrides the search.
/// </summary>
internal static class NativeLibraries
{
    public const string RocksDb = "rocksdb";
    public const string Zstd = "zstd";

    private static readonly string[] RocksDbNames =
        ["librocksdb.so.7.8", "librocksdb.so.8.9", "librocksdb.so.9.10", "librocksdb.so", "librocksdb.dylib"];

    private static readonly string[] ZstdNames = ["libzstd.so.1", "libzstd.so", "libzstd.1.dylib", "libzstd.dylib"];

    private static int registered;

    /// <summary>Installs the resolver; calling it again does nothing.</summary>
    public static void Register()
    {
        if (Interlocked.Exchange(ref registered, 1) == 0)
        {
            NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);
        }
    }

    /// <summary>Loads both libraries now, so that a missing one is reported at start.</summary>
    /// <exception cref="NativeLibraryMissingException">A library is absent or too old; the message names the package.</exception>
    public static void Require()
    {
        Register();
        var rocks = Load(RocksDb);
        // Came with RocksDB 7: what this binding calls is the same from there on.
        if (!NativeLibrary.TryGetExport(rocks, "rocksdb_open_and_trim_history", out _))
        {
            throw new NativeLibraryMissingException("The RocksDB library found is older than version 7. Install Debian's package librocksdb7.8 or newer, or set SENSORNET_ROCKSDB_LIBRARY to the path of a newer one.");
        }

        Load(Zstd);
    }

#pragma warning disable CA2255 // The resolver must be there before the first import, whichever type makes it.
    [ModuleInitializer]
    internal static void RegisterEarly() => Register();
#pragma warning restore CA2255

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name is RocksDb or Zstd ? Load(name) : 0;

    private static nint Load(string name)
    {
        var (variable, names, package) = name == RocksDb
            ? ("SENSORNET_ROCKSDB_LIBRARY", RocksDbNames, "librocksdb7.8")
            : ("SENSORNET_ZSTD_LIBRARY", ZstdNames, "libzstd1");
        var chosen = Environment.GetEnvironmentVariable(variable);
        if (!string.IsNullOrEmpty(chosen))
        {
            return NativeLibrary.TryLoad(chosen, out var overridden)
                ? overridden
                : throw new NativeLibraryMissingException($"{variable} names {chosen}, which cannot be loaded.");
        }

        foreach (var candidate in names)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
            {
                return handle;
            }
        }

        throw new NativeLibraryMissingException(
            $"The {name} library is not installed (looked for {string.Join(", ", names)}). Install Debian's package {package}: apt-get install {package}. Or set {variable} to its path.");
    }
}

using System.Runtime.InteropServices;

namespace SensorNet.Collector.Storage.Zstd;

/// <summary>The part of libzstd's stable interface that is used.</summary>
internal static unsafe partial class ZstdNative
{
    private const string Library = NativeLibraries.Zstd;

    [LibraryImport(Library)]
    internal static partial nint ZSTD_createCCtx();

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_freeCCtx(nint context);

    [LibraryImport(Library)]
    internal static partial nint ZSTD_createDCtx();

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_freeDCtx(nint context);

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_compressBound(nuint length);

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_compressCCtx(nint context, byte* destination, nuint capacity, byte* source, nuint length, int level);

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_compress_usingCDict(nint context, byte* destination, nuint capacity, byte* source, nuint length, nint dictionary);

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_decompressDCtx(nint context, byte* destination, nuint capacity, byte* source, nuint length);

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_decompress_usingDDict(nint context, byte* destination, nuint capacity, byte* source, nuint length, nint dictionary);

    [LibraryImport(Library)]
    internal static partial nint ZSTD_createCDict(byte* dictionary, nuint length, int level);

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_freeCDict(nint dictionary);

    [LibraryImport(Library)]
    internal static partial nint ZSTD_createDDict(byte* dictionary, nuint length);

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_freeDDict(nint dictionary);

    [LibraryImport(Library)]
    internal static partial uint ZSTD_isError(nuint code);

    [LibraryImport(Library)]
    internal static partial nint ZSTD_getErrorName(nuint code);

    [LibraryImport(Library)]
    internal static partial nuint ZDICT_trainFromBuffer(byte* dictionary, nuint capacity, byte* samples, nuint* sizes, uint count);

    [LibraryImport(Library)]
    internal static partial uint ZDICT_isError(nuint code);
}

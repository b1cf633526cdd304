using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SensorNet.Collector.Storage.Zstd;

/// <summary>Compression and decompression contexts of one thread. Not thread-safe.</summary>
internal sealed unsafe class ZstdCodec : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly nint decompress;

    public ZstdCodec()
        : base(ownsHandle: true)
    {
        decompress = ZstdNative.ZSTD_createDCtx();
        SetHandle(ZstdNative.ZSTD_createCCtx());
    }

    /// <summary>Most bytes that compressing <paramref name="length"/> bytes can give.</summary>
    public static int Bound(int length) => (int)ZstdNative.ZSTD_compressBound((nuint)length);

    /// <summary>Compresses into <paramref name="destination"/>, which holds at least <see cref="Bound"/> bytes; returns the length.</summary>
    public int Compress(ReadOnlySpan<byte> source, Span<byte> destination, ZstdDictionary? dictionary, int level)
    {
        fixed (byte* s = source)
        fixed (byte* d = destination)
        {
            var length = dictionary is null
                ? ZstdNative.ZSTD_compressCCtx(handle, d, (nuint)destination.Length, s, (nuint)source.Length, level)
                : ZstdNative.ZSTD_compress_usingCDict(handle, d, (nuint)destination.Length, s, (nuint)source.Length, dictionary.ForCompression);
            return Check(length);
        }
    }

    /// <summary>Decompresses into <paramref name="destination"/>; returns the length.</summary>
    /// <exception cref="InvalidDataException">The data is damaged or longer than the destination.</exception>
    public int Decompress(ReadOnlySpan<byte> source, Span<byte> destination, ZstdDictionary? dictionary)
    {
        fixed (byte* s = source)
        fixed (byte* d = destination)
        {
            var length = dictionary is null
                ? ZstdNative.ZSTD_decompressDCtx(decompress, d, (nuint)destination.Length, s, (nuint)source.Length)
                : ZstdNative.ZSTD_decompress_usingDDict(decompress, d, (nuint)destination.Length, s, (nuint)source.Length, dictionary.ForDecompression);
            return Check(length);
        }
    }

    protected override bool ReleaseHandle()
    {
        ZstdNative.ZSTD_freeCCtx(handle);
        ZstdNative.ZSTD_freeDCtx(decompress);
        return true;
    }

    private static int Check(nuint result) =>
        ZstdNative.ZSTD_isError(result) == 0
            ? (int)result
            : throw new InvalidDataException($"zstd: {Marshal.PtrToStringUTF8(ZstdNative.ZSTD_getErrorName(result))}");
}

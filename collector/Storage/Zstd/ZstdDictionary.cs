using Microsoft.Win32.SafeHandles;

namespace SensorNet.Collector.Storage.Zstd;

/// <summary>A trained dictionary in digested form, for both directions. Thread-safe.</summary>
internal sealed unsafe class ZstdDictionary : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly nint decompress;

    /// <param name="id">The number under which the store keeps it; never 0.</param>
    /// <param name="bytes">As <see cref="Train"/> made it.</param>
    /// <param name="level">Compression level, 1 to 19.</param>
    public ZstdDictionary(uint id, ReadOnlySpan<byte> bytes, int level)
        : base(ownsHandle: true)
    {
        Id = id;
        fixed (byte* b = bytes)
        {
            decompress = ZstdNative.ZSTD_createDDict(b, (nuint)bytes.Length);
            SetHandle(ZstdNative.ZSTD_createCDict(b, (nuint)bytes.Length, level));
        }

        if (decompress == 0 || IsInvalid)
        {
            throw new InvalidDataException($"Compression dictionary {id} cannot be read.");
        }
    }

    public uint Id { get; }

    public nint ForCompression => handle;

    public nint ForDecompression => decompress;

    /// <summary>A dictionary for what the samples have in common, or null when they have too little.</summary>
    /// <param name="samples">The samples, one after the other.</param>
    /// <param name="sizes">Length of each.</param>
    /// <param name="capacity">Largest size of the dictionary; 100 times less than the samples works well.</param>
    public static byte[]? Train(ReadOnlySpan<byte> samples, ReadOnlySpan<nuint> sizes, int capacity)
    {
        var dictionary = new byte[capacity];
        fixed (byte* d = dictionary)
        fixed (byte* s = samples)
        fixed (nuint* n = sizes)
        {
            var length = ZstdNative.ZDICT_trainFromBuffer(d, (nuint)capacity, s, n, (uint)sizes.Length);
            return ZstdNative.ZDICT_isError(length) != 0 ? null : dictionary[..(int)length];
        }
    }

    protected override bool ReleaseHandle()
    {
        ZstdNative.ZSTD_freeCDict(handle);
        ZstdNative.ZSTD_freeDDict(decompress);
        return true;
    }
}

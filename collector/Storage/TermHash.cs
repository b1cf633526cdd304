using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace SensorNet.Collector.Storage;

/// <summary>
/// Keyed hash of index terms (SipHash-1-3, cut to 48 bits). The key is drawn once for a store, so that nobody can choose
/// names that fall on one term. Letter case is ignored, in the manner of ordinal comparison. Immutable and thread-safe.
/// </summary>
internal sealed class TermHash
{
    private readonly SipHash hash;

    public TermHash(ReadOnlySpan<byte> key) => hash = new SipHash(key);

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(SipHash.KeyLength);

    /// <summary>The 48-bit term of a text, the same for every spelling in letter case.</summary>
    public ulong Of(string text)
    {
        Span<byte> ascii = stackalloc byte[256];
        if (text.Length <= ascii.Length && Ascii.ToUpper(text, ascii, out var written) == OperationStatus.Done)
        {
            return hash.Hash64(ascii[..written]) >> 16;
        }

        Span<char> upper = text.Length <= 256 ? stackalloc char[text.Length] : new char[text.Length];
        text.AsSpan().ToUpperInvariant(upper);
        var size = Encoding.UTF8.GetMaxByteCount(upper.Length);
        Span<byte> utf8 = size <= 1024 ? stackalloc byte[size] : new byte[size];
        return hash.Hash64(utf8[..Encoding.UTF8.GetBytes(upper, utf8)]) >> 16;
    }
}

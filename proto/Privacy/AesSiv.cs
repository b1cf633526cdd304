using System.Security.Cryptography;

namespace SensorNet.Proto.Privacy;

/// <summary>
/// AES-SIV, deterministic authenticated encryption (RFC 5297), with one string of associated data. Output is the 16 octets of
/// the synthetic IV, then the ciphertext. Not thread-safe.
/// </summary>
public sealed class AesSiv : IDisposable
{
    public const int TagLength = 16;
    private const int Block = 16;

    private readonly Aes _mac = Aes.Create();
    private readonly Aes _counter = Aes.Create();
    private readonly byte[] _k1 = new byte[Block];
    private readonly byte[] _k2 = new byte[Block];

    /// <param name="key">32, 48 or 64 octets: the first half for S2V, the second for CTR.</param>
    public AesSiv(ReadOnlySpan<byte> key)
    {
        var half = key.Length / 2;
        _mac.Key = key[..half].ToArray();
        _counter.Key = key[half..].ToArray();

        // Subkeys of CMAC (RFC 4493 section 2.3).
        _mac.EncryptEcb(_k1, _k1, PaddingMode.None);
        Double(_k1);
        _k1.CopyTo(_k2, 0);
        Double(_k2);
    }

    public byte[] Encrypt(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plaintext)
    {
        var result = new byte[TagLength + plaintext.Length];
        Synthesize(associated, plaintext, result.AsSpan(0, TagLength));
        Crypt(result.AsSpan(0, TagLength), plaintext, result.AsSpan(TagLength));
        return result;
    }

    /// <returns>Null when it was not made with this key and associated data, or was changed.</returns>
    public byte[]? Decrypt(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedText)
    {
        if (sealedText.Length < TagLength)
        {
            return null;
        }

        var plaintext = new byte[sealedText.Length - TagLength];
        Crypt(sealedText[..TagLength], sealedText[TagLength..], plaintext);
        Span<byte> tag = stackalloc byte[TagLength];
        Synthesize(associated, plaintext, tag);
        return CryptographicOperations.FixedTimeEquals(tag, sealedText[..TagLength]) ? plaintext : null;
    }

    public void Dispose()
    {
        _mac.Dispose();
        _counter.Dispose();
    }

    // S2V (section 2.4) of two strings.
    private void Synthesize(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plaintext, Span<byte> tag)
    {
        Span<byte> d = stackalloc byte[Block];
        Span<byte> mac = stackalloc byte[Block];
        d.Clear();
        Mac(d, d);
        Double(d);
        Mac(associated, mac);
        Xor(d, mac);
        if (plaintext.Length >= Block)
        {
            var last = plaintext.ToArray();
            Xor(last.AsSpan(last.Length - Block), d);
            Mac(last, tag);
            return;
        }

        Double(d);
        Span<byte> padded = stackalloc byte[Block];
        padded.Clear();
        plaintext.CopyTo(padded);
        padded[plaintext.Length] = 0x80;
        Xor(padded, d);
        Mac(padded, tag);
    }

    // CMAC (RFC 4493).
    private void Mac(ReadOnlySpan<byte> message, Span<byte> mac)
    {
        Span<byte> state = stackalloc byte[Block];
        Span<byte> last = stackalloc byte[Block];
        state.Clear();
        last.Clear();
        var whole = message.Length > 0 && message.Length % Block == 0;
        var blocks = whole ? (message.Length / Block) - 1 : message.Length / Block;
        for (var i = 0; i < blocks; i++)
        {
            Xor(state, message.Slice(i * Block, Block));
            _mac.EncryptEcb(state, state, PaddingMode.None);
        }

        var rest = message[(blocks * Block)..];
        rest.CopyTo(last);
        if (!whole)
        {
            last[rest.Length] = 0x80;
        }

        Xor(last, whole ? _k1 : _k2);
        Xor(state, last);
        _mac.EncryptEcb(state, mac, PaddingMode.None);
    }

    // CTR with bits 31 and 63 of the counter cleared (section 2.5).
    private void Crypt(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> counter = stackalloc byte[Block];
        Span<byte> stream = stackalloc byte[Block];
        iv.CopyTo(counter);
        counter[8] &= 0x7F;
        counter[12] &= 0x7F;
        for (var at = 0; at < input.Length; at += Block)
        {
            _counter.EncryptEcb(counter, stream, PaddingMode.None);
            var length = Math.Min(Block, input.Length - at);
            for (var i = 0; i < length; i++)
            {
                output[at + i] = (byte)(input[at + i] ^ stream[i]);
            }

            for (var i = Block - 1; i >= 0 && ++counter[i] == 0; i--)
            {
                // The carry goes on.
            }
        }
    }

    private static void Xor(Span<byte> a, ReadOnlySpan<byte> b)
    {
        for (var i = 0; i < Block; i++)
        {
            a[i] ^= b[i];
        }
    }

    // Multiplication by x in GF(2^128).
    private static void Double(Span<byte> block)
    {
        var carry = block[0] >> 7;
        for (var i = 0; i < Block - 1; i++)
        {
            block[i] = (byte)((block[i] << 1) | (block[i + 1] >> 7));
        }

        block[Block - 1] = (byte)((block[Block - 1] << 1) ^ (carry == 0 ? 0 : 0x87));
    }
}

using System.Security.Cryptography;

namespace SensorNet.Proto.Privacy;

/// <summary>
/// Prefix-preserving anonymization of addresses (Xu, Fan, Ammar, Moon: "Prefix-preserving IP address anonymization", 2002).
/// Bit i of the result is bit i of the address, turned over by a bit that depends on the key and on the i bits before it.
/// The key is 16 octets for AES-128 and 16 octets whose encryption is the pad. IPv6 takes all 128 bits the same way. Not
/// thread-safe.
/// </summary>
public sealed class CryptoPan : IDisposable
{
    private const int Block = 16;

    private readonly Aes _aes = Aes.Create();
    private readonly byte[] _pad = new byte[Block];
    private readonly byte[] _input = new byte[128 * Block];
    private readonly byte[] _output = new byte[128 * Block];

    /// <param name="key">32 octets.</param>
    public CryptoPan(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, 2 * Block);
        _aes.Key = key[..Block].ToArray();
        _aes.EncryptEcb(key[Block..], _pad, PaddingMode.None);
    }

    /// <summary>Anonymizes 4 or 16 octets.</summary>
    public void Protect(ReadOnlySpan<byte> address, Span<byte> result)
    {
        var bits = address.Length * 8;
        for (var i = 0; i < bits; i++)
        {
            Prefix(address, i, _input.AsSpan(i * Block, Block));
        }

        _aes.EncryptEcb(_input.AsSpan(0, bits * Block), _output, PaddingMode.None);
        address.CopyTo(result);
        for (var i = 0; i < bits; i++)
        {
            result[i >> 3] ^= (byte)((_output[i * Block] >> 7) << (7 - (i & 7)));
        }
    }

    /// <summary>Reads an anonymized address back.</summary>
    public void Open(ReadOnlySpan<byte> address, Span<byte> result)
    {
        address.CopyTo(result);
        for (var i = 0; i < address.Length * 8; i++)
        {
            // The bits before this one are clear by now.
            Prefix(result, i, _input.AsSpan(0, Block));
            _aes.EncryptEcb(_input.AsSpan(0, Block), _output, PaddingMode.None);
            result[i >> 3] ^= (byte)((_output[0] >> 7) << (7 - (i & 7)));
        }
    }

    public void Dispose() => _aes.Dispose();

    // The first `bits` bits of the address, then the pad's.
    private void Prefix(ReadOnlySpan<byte> address, int bits, Span<byte> block)
    {
        _pad.CopyTo(block);
        address[..(bits >> 3)].CopyTo(block);
        if ((bits & 7) != 0)
        {
            var mask = 0xFF << (8 - (bits & 7));
            block[bits >> 3] = (byte)((address[bits >> 3] & mask) | (_pad[bits >> 3] & ~mask));
        }
    }
}

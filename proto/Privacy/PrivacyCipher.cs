using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SensorNet.Proto.Privacy;

/// <summary>
/// The transforms under one key. A protected text tells how it was made: <c>hmac~</c>, <c>aesd~</c> (deterministic) or
/// <c>aesr~</c> (randomized), then base64url without padding. HMAC input and associated data are the field's kind, a zero
/// octet, and the value, so that one account is one pseudonym in every field. Not thread-safe.
/// </summary>
public sealed class PrivacyCipher : IDisposable
{
    private const string PseudonymMark = "hmac~";
    private const string DeterministicMark = "aesd~";
    private const string RandomizedMark = "aesr~";
    private const int NonceLength = 12;
    private const int GcmTagLength = 16;
    private const int PseudonymLength = 16;

    private readonly byte[] _pseudonym;
    private readonly AesSiv _siv;
    private readonly AesGcm _gcm;
    private readonly CryptoPan _addresses;

    public PrivacyCipher(PrivacyKey key)
    {
        _pseudonym = key.Derive("pseudonym", 32);
        _siv = new AesSiv(key.Derive("siv", 64));
        _gcm = new AesGcm(key.Derive("gcm", 32), GcmTagLength);
        _addresses = new CryptoPan(key.Derive("address", 32));
    }

    public string Pseudonym(PrivacyFieldKind kind, string value) => PseudonymMark + Base64Url.EncodeToString(Mac(kind, Encoding.UTF8.GetBytes(value)).AsSpan(0, PseudonymLength));

    public string Deterministic(PrivacyFieldKind kind, string value) => DeterministicMark + Base64Url.EncodeToString(_siv.Encrypt(Kind(kind), Encoding.UTF8.GetBytes(value)));

    public string Randomized(PrivacyFieldKind kind, string value)
    {
        var plain = Encoding.UTF8.GetBytes(value);
        var sealedText = new byte[NonceLength + plain.Length + GcmTagLength];
        RandomNumberGenerator.Fill(sealedText.AsSpan(0, NonceLength));
        _gcm.Encrypt(sealedText.AsSpan(0, NonceLength), plain, sealedText.AsSpan(NonceLength, plain.Length), sealedText.AsSpan(NonceLength + plain.Length), Kind(kind));
        return RandomizedMark + Base64Url.EncodeToString(sealedText);
    }

    /// <summary>An address of 16 octets in fd00::/8 (RFC 4193) that stands for this one.</summary>
    public byte[] PseudonymAddress(ReadOnlySpan<byte> address)
    {
        var result = Mac(PrivacyFieldKind.Address, address)[..16];
        result[0] = 0xFD;
        return result;
    }

    public byte[] PreservePrefix(ReadOnlySpan<byte> address)
    {
        var result = new byte[address.Length];
        _addresses.Protect(address, result);
        return result;
    }

    public byte[] OpenPrefix(ReadOnlySpan<byte> address)
    {
        var result = new byte[address.Length];
        _addresses.Open(address, result);
        return result;
    }

    /// <summary>Whether a text is one of the encrypted forms.</summary>
    public static bool IsSealed(string value) => value.StartsWith(DeterministicMark, StringComparison.Ordinal) || value.StartsWith(RandomizedMark, StringComparison.Ordinal);

    /// <returns>The clear text; null when it is no encrypted text, or not of this key and kind, or was changed.</returns>
    public string? Open(PrivacyFieldKind kind, string value)
    {
        if (!IsSealed(value) || !Base64Url.IsValid(value.AsSpan(DeterministicMark.Length)))
        {
            return null;
        }

        var octets = Base64Url.DecodeFromChars(value.AsSpan(DeterministicMark.Length));
        if (value.StartsWith(DeterministicMark, StringComparison.Ordinal))
        {
            return _siv.Decrypt(Kind(kind), octets) is { } clear ? Encoding.UTF8.GetString(clear) : null;
        }

        var length = octets.Length - NonceLength - GcmTagLength;
        if (length < 0)
        {
            return null;
        }

        var plain = new byte[length];
        try
        {
            _gcm.Decrypt(octets.AsSpan(0, NonceLength), octets.AsSpan(NonceLength, length), octets.AsSpan(NonceLength + length), plain, Kind(kind));
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _siv.Dispose();
        _gcm.Dispose();
        _addresses.Dispose();
    }

    private byte[] Mac(PrivacyFieldKind kind, ReadOnlySpan<byte> value)
    {
        var label = Kind(kind);
        var input = new byte[label.Length + 1 + value.Length];
        label.CopyTo(input, 0);
        value.CopyTo(input.AsSpan(label.Length + 1));
        return HMACSHA256.HashData(_pseudonym, input);
    }

    private static byte[] Kind(PrivacyFieldKind kind) => kind switch
    {
        PrivacyFieldKind.Account => "account"u8.ToArray(),
        PrivacyFieldKind.Address => "address"u8.ToArray(),
        PrivacyFieldKind.Number => "number"u8.ToArray(),
        PrivacyFieldKind.Device => "device"u8.ToArray(),
        _ => "text"u8.ToArray(),
    };
}

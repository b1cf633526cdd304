using System.Security.Cryptography;
using System.Text;

namespace SensorNet.Proto.Privacy;

/// <summary>
/// One privacy key: an id that events carry, and 32 octets from which a key for each purpose is derived by HKDF-SHA256
/// (RFC 5869) without salt, with the purpose as info: <c>sensornet privacy v1 pseudonym</c> (32 octets), <c>... siv</c> (64),
/// <c>... gcm</c> (32), <c>... address</c> (32: AES-128 key and pad of Crypto-PAn).
/// </summary>
public sealed class PrivacyKey
{
    public const int Length = 32;

    private readonly byte[] _secret;

    /// <param name="id">1 to 64 letters, digits, dot, dash and underscore.</param>
    /// <param name="secret">32 octets.</param>
    /// <exception cref="ArgumentException">The id or the length is wrong.</exception>
    public PrivacyKey(string id, ReadOnlySpan<byte> secret)
    {
        if (id.Length is 0 or > 64 || id.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_')))
        {
            throw new ArgumentException("A privacy key's id is 1 to 64 letters, digits, dots, dashes and underscores.", nameof(id));
        }

        if (secret.Length != Length)
        {
            throw new ArgumentException($"A privacy key has {Length} octets.", nameof(secret));
        }

        Id = id;
        _secret = secret.ToArray();
    }

    public string Id { get; }

    public static PrivacyKey Generate(string id) => new(id, RandomNumberGenerator.GetBytes(Length));

    /// <summary>The key for one purpose.</summary>
    public byte[] Derive(string purpose, int length) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret, length, salt: null, Encoding.UTF8.GetBytes("sensornet privacy v1 " + purpose));

    /// <summary>As the keyring file has it: id, a space, 64 hexadecimal digits.</summary>
    public string Export() => $"{Id} {Convert.ToHexStringLower(_secret)}";
}

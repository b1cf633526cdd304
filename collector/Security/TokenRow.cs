using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Collector.Security;

/// <summary>A token as stored: everything but its secret, of which the SHA-256 is kept. The secret has 160 random bits, so a plain hash cannot be searched.</summary>
internal sealed record TokenRow(byte[] SecretHash, Token Token)
{
    public static TokenRow Read(byte[] value) =>
        new(value[..SHA256.HashSizeInBytes], Token.Parser.ParseFrom(value.AsSpan(SHA256.HashSizeInBytes)));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    public byte[] Write() => [.. SecretHash, .. Token.ToByteArray()];

    /// <summary>Compares in constant time.</summary>
    public bool IsSecret(string secret) => CryptographicOperations.FixedTimeEquals(SecretHash, Hash(secret));
}

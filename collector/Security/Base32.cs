using System.Security.Cryptography;

namespace SensorNet.Collector.Security;

/// <summary>Random names in an alphabet that survives being read aloud (RFC 4648 section 6, in lower case, no padding).</summary>
internal static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>So many characters of five random bits each.</summary>
    public static string Random(int length) => RandomNumberGenerator.GetString(Alphabet, length);
}

namespace SensorNet.Proto.Privacy;

/// <summary>What is done to a value before it leaves the host.</summary>
public enum PrivacyAction : byte
{
    /// <summary>It leaves as it is.</summary>
    Keep,

    /// <summary>It does not leave.</summary>
    Drop,

    /// <summary>Text keeps its first <see cref="PrivacyPolicy.TruncateTo"/> characters; addresses keep /24 or /48.</summary>
    Truncate,

    /// <summary>HMAC-SHA256 under the active key: equal values stay equal, none can be read back.</summary>
    Pseudonym,

    /// <summary>AES-SIV (RFC 5297): equal values stay equal, and a key holder can read them. Not for addresses.</summary>
    Deterministic,

    /// <summary>AES-256-GCM with a random nonce: a key holder can read it; equal values look different. Not for addresses.</summary>
    Randomized,

    /// <summary>Crypto-PAn, for addresses: two addresses share as long a prefix as before; a key holder can read them.</summary>
    PreservePrefix,
}

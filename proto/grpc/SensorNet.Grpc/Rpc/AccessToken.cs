using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace SensorNet.Rpc;

/// <summary>
/// A token as an operator hands it over: <c>sn1.&lt;id&gt;.&lt;secret&gt;.&lt;pin&gt;</c> for enrolment,
/// <c>snb1.&lt;id&gt;.&lt;secret&gt;.&lt;pin&gt;</c> as a bearer. The pin is the SHA-256 of the collector's CA public
/// key (SubjectPublicKeyInfo) in hex: whoever holds the token needs no other trust to find the right collector.
/// </summary>
public sealed class AccessToken
{
    private const int LongestPart = 128;
    private const int PinLength = 64;

    private static readonly SearchValues<char> s_partCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    /// <param name="kind">Enrolment or bearer.</param>
    /// <param name="id">Public; names the token in lists and logs.</param>
    /// <param name="secret">Proves possession.</param>
    /// <param name="pin">64 hex digits in lower case.</param>
    public AccessToken(AccessTokenKind kind, string id, string secret, string pin)
    {
        Kind = kind;
        Id = id;
        Secret = secret;
        Pin = pin;
    }

    public AccessTokenKind Kind { get; }

    public string Id { get; }

    public string Secret { get; }

    public string Pin { get; }

    /// <summary>The whole token, secret included: for the wire and for its owner's eyes only.</summary>
    public string Text => $"{(Kind == AccessTokenKind.Bearer ? "snb1" : "sn1")}.{Id}.{Secret}.{Pin}";

    /// <summary>False for anything that is not exactly of the form above; surrounding white space is ignored.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AccessToken? token)
    {
        token = null;
        if (text is null || text.Length > 4 * LongestPart)
        {
            return false;
        }

        var parts = text.Trim().Split('.');
        if (parts is not [("sn1" or "snb1") and var prefix, var id, var secret, var pin]
            || !IsPart(id)
            || !IsPart(secret)
            || pin.Length != PinLength
            || !pin.All(char.IsAsciiHexDigitLower))
        {
            return false;
        }

        token = new AccessToken(prefix == "snb1" ? AccessTokenKind.Bearer : AccessTokenKind.Enrolment, id, secret, pin);
        return true;
    }

    /// <exception cref="FormatException">The text is no token; the message says what one looks like.</exception>
    public static AccessToken Parse(string text) => TryParse(text, out var token)
        ? token
        : throw new FormatException("This is no SensorNet token: one looks like sn1.ID.SECRET.PIN, in lower case, as `sensornet-collector token create` prints it.");

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Kind} token {Id}";

    private static bool IsPart(string part) =>
        part.Length is > 0 and <= LongestPart && !part.AsSpan().ContainsAnyExcept(s_partCharacters);
}

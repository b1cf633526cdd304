using System.Buffers.Text;
using System.Text.Json;
using SensorNet.V1;

namespace SensorNet.Sensor.Events;

/// <summary>
/// Decodes the PASSporT of an Identity header (RFC 8224, RFC 8225, RFC 8588): orig, dest and attestation. The signature
/// is not verified: an event tells what was claimed.
/// </summary>
internal static class StirIdentity
{
    /// <summary>Null when the value is no JSON web token with a readable payload.</summary>
    public static SipIdentity? Decode(ReadOnlySpan<byte> value)
    {
        var end = value.IndexOf((byte)';');
        var token = end < 0 ? value : value[..end];
        var first = token.IndexOf((byte)'.');
        if (first < 0)
        {
            return null;
        }

        var payload = token[(first + 1)..];
        var second = payload.IndexOf((byte)'.');
        payload = second < 0 ? payload : payload[..second];
        if (payload.IsEmpty || payload.Length > 8192)
        {
            return null;
        }

        Span<byte> json = new byte[payload.Length];
        if (Base64Url.DecodeFromUtf8(payload, json, out _, out var written) != System.Buffers.OperationStatus.Done)
        {
            return null;
        }

        try
        {
            return Read(new Utf8JsonReader(json[..written]));
        }
        catch (JsonException)
        {
            // Only on a header that a hostile or broken sender made up; the reader has no other way to say so.
            return null;
        }
    }

    private static SipIdentity? Read(Utf8JsonReader reader)
    {
        var identity = new SipIdentity();
        string? section = null;
        string? name = null;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = reader.GetString();
                    section = reader.CurrentDepth == 1 ? name : section;
                    break;
                case JsonTokenType.String when section == "attest" && reader.CurrentDepth == 1:
                    identity.Attestation = Cut(reader.GetString());
                    break;
                case JsonTokenType.String when name is "tn" or "uri":
                    if (section == "orig" && identity.Originating.Length == 0)
                    {
                        identity.Originating = Cut(reader.GetString());
                    }
                    else if (section == "dest" && identity.Destination.Length == 0)
                    {
                        identity.Destination = Cut(reader.GetString());
                    }

                    break;
                default:
                    break;
            }
        }

        return identity.Originating.Length + identity.Destination.Length + identity.Attestation.Length == 0 ? null : identity;
    }

    private static string Cut(string? text) => text is null ? "" : text.Length > 255 ? text[..255] : text;
}

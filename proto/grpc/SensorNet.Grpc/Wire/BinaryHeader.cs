namespace SensorNet.Rpc.Wire;

/// <summary>Values of <c>-bin</c> headers: base64, sent without padding, taken with or without.</summary>
internal static class BinaryHeader
{
    public static string Encode(byte[] octets) => Convert.ToBase64String(octets).TrimEnd('=');

    /// <summary>False when it is no base64.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] octets)
    {
        text = text.Trim().TrimEnd('=');
        var padded = text.Length + ((4 - (text.Length % 4)) % 4);
        octets = [];
        if (text.Length % 4 == 1)
        {
            return false;
        }

        var characters = new char[padded];
        text.CopyTo(characters);
        characters.AsSpan(text.Length).Fill('=');
        var buffer = new byte[padded / 4 * 3];
        if (!Convert.TryFromBase64Chars(characters, buffer, out var length))
        {
            return false;
        }

        octets = length == buffer.Length ? buffer : buffer[..length];
        return true;
    }
}

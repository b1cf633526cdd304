namespace SensorNet.Sensor.Logs;

/// <summary>
/// The encoding of <c>strvis(3)</c> in which OpenSSH writes what is not printable into its log: <c>CORP\\john</c>,
/// <c>j\303\274rgen</c>, <c>a\nb</c>.
/// </summary>
internal static class VisText
{
    private static ReadOnlySpan<byte> Letters => "nrtbavfs0\\"u8;

    private static ReadOnlySpan<byte> Meanings => "\n\r\t\b\a\v\f \0\\"u8;

    /// <summary>The octets that were encoded; a backslash that begins no known sequence stands for itself.</summary>
    /// <param name="text">Allocates only where it holds a backslash.</param>
    public static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> text)
    {
        var at = text.IndexOf((byte)'\\');
        if (at < 0)
        {
            return text;
        }

        var octets = new byte[text.Length];
        text[..at].CopyTo(octets);
        var length = at;
        while (at < text.Length)
        {
            var rest = text[(at + 1)..];
            if (text[at] != '\\' || rest.IsEmpty)
            {
                octets[length++] = text[at++];
            }
            else if (rest is [>= (byte)'0' and <= (byte)'3', >= (byte)'0' and <= (byte)'7', >= (byte)'0' and <= (byte)'7', ..])
            {
                octets[length++] = (byte)(((rest[0] - '0') << 6) | ((rest[1] - '0') << 3) | (rest[2] - '0'));
                at += 4;
            }
            else if (Letters.IndexOf(rest[0]) is >= 0 and var letter)
            {
                octets[length++] = Meanings[letter];
                at += 2;
            }
            else
            {
                octets[length++] = text[at++];
            }
        }

        return octets.AsSpan(0, length);
    }
}

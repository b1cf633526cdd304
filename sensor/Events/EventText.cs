using System.Text;

namespace SensorNet.Sensor.Events;

/// <summary>Octets from the wire as text: UTF-8, what is not becomes U+FFFD; cut at a length that protects the store.</summary>
internal static class EventText
{
    /// <summary>Longest field of an event, octets.</summary>
    public const int Longest = 1024;

    public static string Of(ReadOnlySpan<byte> octets, int longest = Longest) =>
        octets.IsEmpty ? "" : Encoding.UTF8.GetString(octets.Length > longest ? octets[..longest] : octets);

    /// <summary>Lower-case ASCII letters, for domains.</summary>
    public static string Lower(ReadOnlySpan<byte> octets) => Of(octets, 255).ToLowerInvariant();

    /// <summary>For people: printable ASCII as it is, CR LF TAB as \r \n \t, the rest as \xNN.</summary>
    public static string Escaped(ReadOnlySpan<byte> octets, int longest)
    {
        var text = new StringBuilder(Math.Min(octets.Length, longest) + 16);
        foreach (var b in octets.Length > longest ? octets[..longest] : octets)
        {
            _ = b switch
            {
                (byte)'\r' => text.Append("\\r"),
                (byte)'\n' => text.Append("\\n"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'\\' => text.Append("\\\\"),
                >= 0x20 and < 0x7F => text.Append((char)b),
                _ => text.Append("\\x").Append(b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)),
            };
        }

        return text.ToString();
    }
}

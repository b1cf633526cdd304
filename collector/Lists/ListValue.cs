using System.Net;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.V1;

namespace SensorNet.Collector.Lists;

/// <summary>Values of lists: their one spelling, so that the same network is one entry however it was written.</summary>
internal static class ListValue
{
    private const int Longest = 256;

    /// <returns>Null when it is no value of that kind; then <paramref name="error"/> says why.</returns>
    public static string? Normalise(ListKind kind, string text, out string error)
    {
        error = "";
        text = text.Trim();
        if (text.Length is 0 or > Longest || text.Any(char.IsControl))
        {
            error = $"a value has 1 to {Longest} characters and no control characters";
            return null;
        }

        switch (kind)
        {
            case ListKind.Address:
                if (AddressPrefix.TryParse(text, out var prefix))
                {
                    return Text(prefix);
                }

                error = $"'{text}' is not an address or a network such as 192.0.2.0/24";
                return null;
            case ListKind.Number:
                var digits = text.TrimStart('+').Replace(" ", "", StringComparison.Ordinal);
                if (digits.Length > 0 && digits.All(char.IsAsciiDigit))
                {
                    return digits;
                }

                error = $"'{text}' is not a prefix of telephone numbers: digits only, country code first";
                return null;
            default:
                return text;
        }
    }

    /// <summary>Whether the address or network lies in, or holds, the entry.</summary>
    public static bool Overlaps(string entry, AddressPrefix wanted) =>
        AddressPrefix.TryParse(entry, out var prefix)
        && (prefix.Bits <= wanted.Bits ? prefix.Contains(wanted.Octets) : wanted.Contains(prefix.Octets));

    // Host bits are cleared; a full-length prefix is written as the address alone.
    private static string Text(AddressPrefix prefix)
    {
        var octets = prefix.Octets.ToArray();
        for (var i = 0; i < octets.Length; i++)
        {
            var kept = Math.Clamp(prefix.Bits - (i * 8), 0, 8);
            octets[i] &= (byte)(0xff << (8 - kept));
        }

        var address = new IPAddress(octets).ToString();
        return prefix.Bits == octets.Length * 8 ? address : $"{address}/{prefix.Bits}";
    }
}

using System.Buffers;

namespace SensorNet.Collector.Detection.Producers;

/// <summary>
/// A user agent without its version, model number and serials, in lower case: what stays the same through a firmware
/// update. "Yealink SIP-T46S 66.86.0.15" -> "yealink sip-t".
/// </summary>
internal static class UserAgentFamily
{
    private const int Longest = 32;
    private static readonly SearchValues<char> Ends = SearchValues.Create("0123456789/(<[");

    public static string Of(string userAgent)
    {
        var end = userAgent.AsSpan().IndexOfAny(Ends);
        var name = (end < 0 ? userAgent.AsSpan() : userAgent.AsSpan(0, end)).Trim(" -_.,:;");
        if (name.EndsWith(" v", StringComparison.OrdinalIgnoreCase))
        {
            name = name[..^2].TrimEnd();
        }

        if (name.IsEmpty)
        {
            name = userAgent;
        }

        return name[..Math.Min(name.Length, Longest)].ToString().ToLowerInvariant();
    }
}

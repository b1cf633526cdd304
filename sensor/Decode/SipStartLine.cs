using System.Buffers;

namespace SensorNet.Sensor.Decode;

/// <summary>
/// Recognises the start line of a SIP request or reply (RFC 3261 section 7): a method of any name, white space, anything,
/// and <c>SIP/x.y</c> at the end of the line; or <c>SIP/x.y</c> and a digit. Loose about spacing and version, so that what
/// is malformed reaches the parser, strict enough to find messages in the middle of other octets.
/// </summary>
internal static class SipStartLine
{
    /// <summary>A start line longer than this is not recognised.</summary>
    public const int MaxLength = 8192;

    // Methods are tokens without a limit of length (section 25.1); the longest registered one has 9 letters.
    private const int MaxMethodLength = 64;

    private static readonly SearchValues<byte> Token =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~"u8);

    private static readonly byte[][] Methods =
    [
        "INVITE"u8.ToArray(), "REGISTER"u8.ToArray(), "OPTIONS"u8.ToArray(), "ACK"u8.ToArray(), "BYE"u8.ToArray(),
        "CANCEL"u8.ToArray(), "SUBSCRIBE"u8.ToArray(), "NOTIFY"u8.ToArray(), "MESSAGE"u8.ToArray(), "INFO"u8.ToArray(),
        "PRACK"u8.ToArray(), "UPDATE"u8.ToArray(), "REFER"u8.ToArray(), "PUBLISH"u8.ToArray(),
    ];

    public static StartLineMatch Match(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return StartLineMatch.NeedMore;
        }

        if ((data[0] | 0x20) == 's' && StartsWithReply(data) is var reply and not StartLineMatch.No)
        {
            return reply;
        }

        var method = data.IndexOfAnyExcept(Token);
        if (method < 0)
        {
            return data.Length <= MaxMethodLength ? StartLineMatch.NeedMore : StartLineMatch.No;
        }

        if (method == 0 || method > MaxMethodLength || data[method] is not ((byte)' ' or (byte)'\t'))
        {
            return StartLineMatch.No;
        }

        var line = data[..Math.Min(data.Length, MaxLength)];
        var end = line[method..].IndexOf((byte)'\n');
        if (end < 0)
        {
            return data.Length < MaxLength ? StartLineMatch.NeedMore : StartLineMatch.No;
        }

        return EndsWithVersion(line[(method + 1)..(method + end)]) ? StartLineMatch.Yes : StartLineMatch.No;
    }

    /// <summary>
    /// Where a start line begins inside a line that does not begin with one, because what came before did not end with a line
    /// break (a text or JSON body); -1 when nowhere. Only methods known by name are found.
    /// </summary>
    /// <param name="line">One line, with or without its line break.</param>
    public static int FindWithin(ReadOnlySpan<byte> line)
    {
        var reply = line.IndexOf("SIP/2.0 "u8);
        if (reply >= 0 && StartsWithReply(line[reply..]) == StartLineMatch.Yes)
        {
            return reply;
        }

        line = line.TrimEnd(" \t\r\n"u8);
        if (!EndsWithVersion(line))
        {
            return -1;
        }

        // METHOD SP URI SP SIP/2.0, looked at from the end so that a long line costs no more than a short one.
        var uri = line[..^8];
        var space = uri.LastIndexOf((byte)' ');
        if (space < 0)
        {
            return -1;
        }

        foreach (var method in Methods)
        {
            if (uri[..space].EndsWith(method))
            {
                return space - method.Length;
            }
        }

        return -1;
    }

    private static StartLineMatch StartsWithReply(ReadOnlySpan<byte> data)
    {
        // "SIP/2.0 200"
        ReadOnlySpan<byte> pattern = "sip/0.0 0"u8;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (i == data.Length)
            {
                return StartLineMatch.NeedMore;
            }

            var fits = pattern[i] switch
            {
                (byte)'0' => data[i] is >= (byte)'0' and <= (byte)'9',
                (byte)' ' or (byte)'/' or (byte)'.' => data[i] == pattern[i],
                _ => (data[i] | 0x20) == pattern[i],
            };
            if (!fits)
            {
                return StartLineMatch.No;
            }
        }

        return StartLineMatch.Yes;
    }

    private static bool EndsWithVersion(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd(" \t\r"u8);
        if (line.Length < 8)
        {
            return false;
        }

        var version = line[^8..];
        return version[0] is (byte)' ' or (byte)'\t'
            && (version[1] | 0x20) == 's' && (version[2] | 0x20) == 'i' && (version[3] | 0x20) == 'p' && version[4] == '/'
            && version[5] is >= (byte)'0' and <= (byte)'9' && version[6] == '.' && version[7] is >= (byte)'0' and <= (byte)'9';
    }
}

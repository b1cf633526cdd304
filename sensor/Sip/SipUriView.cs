using System.Text;

namespace SensorNet.Sensor.Sip;

/// <summary>
/// The parts of a URI as views: <c>sip:user:password@host:port;parameters?headers</c>, <c>sips:</c>, and <c>tel:</c>,
/// where the number is the user and there is no host. Any other scheme keeps all behind the colon as host.
/// </summary>
internal readonly ref struct SipUriView
{
    private SipUriView(ReadOnlySpan<byte> full, ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> user, ReadOnlySpan<byte> host, int port, ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> headers)
    {
        Full = full;
        Scheme = scheme;
        User = user;
        Host = host;
        Port = port;
        Parameters = parameters;
        Headers = headers;
    }

    public ReadOnlySpan<byte> Full { get; }

    public ReadOnlySpan<byte> Scheme { get; }

    /// <summary>User without password; escapes (%41) left as they are.</summary>
    public ReadOnlySpan<byte> User { get; }

    /// <summary>Host without port; an IPv6 literal without its brackets.</summary>
    public ReadOnlySpan<byte> Host { get; }

    /// <summary>0 when none is written, -1 when it is not a number up to 65535.</summary>
    public int Port { get; }

    /// <summary>All after the first semicolon behind the host (or number).</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    /// <summary>All after the question mark.</summary>
    public ReadOnlySpan<byte> Headers { get; }

    public bool IsSip => IsSipScheme(Scheme);

    public bool IsTel => Ascii.EqualsIgnoreCase(Scheme, "tel"u8);

    public static SipUriView Parse(ReadOnlySpan<byte> text)
    {
        text = SipText.Trim(text);
        if (!TrySplitScheme(text, out var scheme, out var rest))
        {
            return new SipUriView(text, [], [], text, 0, [], []);
        }

        return IsSipScheme(scheme) ? ParseSip(text, scheme, rest) : ParseOther(text, scheme, rest);
    }

    private static SipUriView ParseSip(ReadOnlySpan<byte> text, ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> rest)
    {
        rest = rest[SplitUser(rest, out var user)..];
        ReadOnlySpan<byte> headers = [];
        ReadOnlySpan<byte> parameters = [];
        if (rest.IndexOfAny((byte)'?', (byte)';') >= 0)
        {
            var mark = rest.IndexOf((byte)'?');
            if (mark >= 0)
            {
                headers = rest[(mark + 1)..];
                rest = rest[..mark];
            }

            var semicolon = rest.IndexOf((byte)';');
            if (semicolon >= 0)
            {
                parameters = rest[(semicolon + 1)..];
                rest = rest[..semicolon];
            }
        }

        SplitHostPort(rest, out var host, out var port);
        return new SipUriView(text, scheme, user, host, port, parameters, headers);
    }

    private static SipUriView ParseOther(ReadOnlySpan<byte> text, ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> rest)
    {
        if (!Ascii.EqualsIgnoreCase(scheme, "tel"u8))
        {
            return new SipUriView(text, scheme, [], rest, 0, [], []);
        }

        var end = rest.IndexOf((byte)';');
        return end < 0
            ? new SipUriView(text, scheme, rest, [], 0, [], [])
            : new SipUriView(text, scheme, rest[..end], [], 0, rest[(end + 1)..], []);
    }

    /// <summary><see cref="User"/> alone.</summary>
    public static ReadOnlySpan<byte> UserOf(ReadOnlySpan<byte> text)
    {
        text = SipText.Trim(text);
        if (TrySplitScheme(text, out var scheme, out var rest) && IsSipScheme(scheme))
        {
            SplitUser(rest, out var user);
            return user;
        }

        return Parse(text).User;
    }

    private static bool TrySplitScheme(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> scheme, out ReadOnlySpan<byte> rest)
    {
        var colon = text.StartsWith("sip:"u8) ? 3 : text.IndexOf((byte)':');
        scheme = colon < 0 ? [] : text[..colon];
        rest = colon < 0 ? [] : text[(colon + 1)..];
        return colon >= 0;
    }

    private static bool IsSipScheme(ReadOnlySpan<byte> scheme) =>
        scheme.SequenceEqual("sip"u8) || Ascii.EqualsIgnoreCase(scheme, "sip"u8) || Ascii.EqualsIgnoreCase(scheme, "sips"u8);

    /// <summary>The user without password, and how many octets it takes with its @; none when there is no user.</summary>
    private static int SplitUser(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> user)
    {
        // The user part may hold ; ? and / (RFC 3261 section 25.1, user-unreserved), so the @ is looked for first; the
        // last @ before the headers counts, because some senders leave an @ in the user part unescaped.
        user = [];
        var at = rest.LastIndexOf((byte)'@');
        if (at < 0)
        {
            return 0;
        }

        var question = rest[..at].IndexOf((byte)'?');
        if (question >= 0)
        {
            var earlier = rest[..question].LastIndexOf((byte)'@');
            at = earlier >= 0 ? earlier : at;
        }

        user = rest[..at];
        var password = user.IndexOf((byte)':');
        if (password >= 0)
        {
            user = user[..password];
        }

        return at + 1;
    }

    /// <summary>Splits <c>host:port</c> and <c>[v6]:port</c>.</summary>
    public static void SplitHostPort(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> host, out int port)
    {
        text = SipText.Trim(text);
        port = 0;
        var from = 0;
        if (text.Length > 0 && text[0] == (byte)'[')
        {
            var close = text.IndexOf((byte)']');
            if (close < 0)
            {
                host = text[1..];
                port = -1;
                return;
            }

            host = text[1..close];
            from = close + 1;
        }
        else
        {
            var end = text.IndexOf((byte)':');
            host = SipText.Trim(end < 0 ? text : text[..end]);
            from = end < 0 ? text.Length : end;
        }

        var rest = SipText.Trim(text[from..]);
        if (rest.IsEmpty)
        {
            return;
        }

        port = rest[0] == (byte)':' && SipText.TryParseNumber(SipText.Trim(rest[1..]), out var number) && number <= 65535
            ? (int)number
            : -1;
    }
}

namespace SensorNet.Collector.Detection.Producers;

/// <summary>
/// The order in which a program writes the headers that every request has, from the request's fingerprint: one letter
/// each. A program that claims to be another in User-Agent seldom imitates that.
/// </summary>
internal static class HeaderOrder
{
    private const int Most = 7;

    /// <summary>Empty when there is no fingerprint.</summary>
    public static string Of(string? fingerprint)
    {
        if (string.IsNullOrEmpty(fingerprint))
        {
            return "";
        }

        Span<char> letters = stackalloc char[Most];
        var count = 0;
        var text = fingerprint.AsSpan(fingerprint.IndexOf(' ', StringComparison.Ordinal) + 1);
        var end = text.IndexOf(';');
        text = end < 0 ? text : text[..end];
        foreach (var range in text.Split(','))
        {
            var letter = Letter(text[range]);
            if (letter != '\0' && count < Most && !letters[..count].Contains(letter))
            {
                letters[count++] = letter;
            }
        }

        return letters[..count].ToString();
    }

    // The compact forms of RFC 3261 section 7.3.3 stand for the same header.
    private static char Letter(ReadOnlySpan<char> name) => name switch
    {
        "from" or "f" => 'f',
        "to" or "t" => 't',
        "call-id" or "i" => 'i',
        "cseq" => 's',
        "max-forwards" => 'm',
        "contact" or "m" => 'c',
        "user-agent" => 'u',
        _ => '\0',
    };
}

namespace SensorNet.Console.Tui;

/// <summary>What the terminal can do, as far as its environment says.</summary>
/// <param name="Term">TERM.</param>
/// <param name="Depth">Colours.</param>
/// <param name="Charset">Characters.</param>
/// <param name="IsXtermLike">Whether private modes (paste, focus, mouse, alternate screen) may be switched on.</param>
/// <param name="IsLight">Whether its background is light, as far as COLORFGBG says ("15;0" is light on dark, "0;default;15" the opposite).</param>
internal sealed record TerminalProfile(string Term, ColorDepth Depth, Charset Charset, bool IsXtermLike, bool IsLight)
{
    private static readonly string[] LocaleVariables = ["LC_ALL", "LC_CTYPE", "LANG"];

    /// <summary>Whether a screen can be driven at all.</summary>
    public bool IsUsable => Term is not ("" or "dumb" or "unknown");

    /// <param name="environment">Reads environment variables.</param>
    /// <param name="color">auto, truecolor, 256, 16 or none.</param>
    /// <param name="charset">auto, utf-8 or ascii.</param>
    public static TerminalProfile Detect(Func<string, string?> environment, string color = "auto", string charset = "auto")
    {
        var term = environment("TERM") ?? "";
        return new TerminalProfile(
            term,
            color switch
            {
                "truecolor" => ColorDepth.TrueColor,
                "256" => ColorDepth.Palette256,
                "16" => ColorDepth.Sixteen,
                "none" => ColorDepth.Mono,
                _ => DetectDepth(term, environment),
            },
            charset switch
            {
                "utf-8" => Charset.Utf8,
                "ascii" => Charset.Ascii,
                _ => DetectCharset(term, environment),
            },
            IsXtermLike: !term.StartsWith("vt", StringComparison.Ordinal) && term is not ("linux" or "ansi" or "cons25"),

            // Of the sixteen colours 7 (silver) and those from 9 to 15 are light; 8 is dark grey.
            IsLight: environment("COLORFGBG") is { } colors && int.TryParse(colors[(colors.LastIndexOf(';') + 1)..], out var background) && background is 7 or (> 8 and < 16));
    }

    private static ColorDepth DetectDepth(string term, Func<string, string?> environment)
    {
        // no-color.org: present and not empty, whatever its value.
        if (environment("NO_COLOR") is { Length: > 0 } || term is "dumb" or "" || term.StartsWith("vt", StringComparison.Ordinal))
        {
            return ColorDepth.Mono;
        }

        if (environment("COLORTERM") is "truecolor" or "24bit" || term.EndsWith("-direct", StringComparison.Ordinal))
        {
            return ColorDepth.TrueColor;
        }

        return term.Contains("256color", StringComparison.Ordinal) ? ColorDepth.Palette256 : ColorDepth.Sixteen;
    }

    private static Charset DetectCharset(string term, Func<string, string?> environment)
    {
        // POSIX: the first of these that is set and not empty decides.
        var locale = LocaleVariables.Select(environment).FirstOrDefault(value => value is { Length: > 0 }) ?? "";
        var utf8 = locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase) || locale.Contains("utf8", StringComparison.OrdinalIgnoreCase);
        return utf8 && !term.StartsWith("vt", StringComparison.Ordinal) ? Charset.Utf8 : Charset.Ascii;
    }
}

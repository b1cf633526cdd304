using System.Globalization;
using System.Text;

namespace SensorNet.Console.Tests.Support;

/// <summary>What an attacker can put into a user agent, a user name or a log line to reach the operator's terminal.</summary>
internal static class HostileText
{
    public static IReadOnlyList<string> Corpus { get; } =
    [
        "\e[31mred",
        "\e[2J\e[H",
        "\e]52;c;cm0gLXJmIH4=\a",
        "\e]8;;http://example.invalid\e\\click\e]8;;\e\\",
        "\e]0;owned\a",
        "\eP$q q\e\\",
        "\eP+q544e\e\\",
        "\e_Ga=T;AAAA\e\\",
        "\e[?1049l\e[?25h",
        "\e[6n",
        "\e[c",
        "\ec",
        "\u009B31mC1 CSI",
        "\u009D52;c;AAAA\u009C",
        "\u0090q\u009C",
        "line\nfeed\r\nreturn\rback\bspace\ttab\vform\f",
        "nul\0bell\a shift\u000E\u000F",
        "\u007Fdelete",
        "right\u202Eto\u202Cleft\u202D\u2066\u2067\u2068\u2069",
        "\u200E\u200F\u061C",
        "zero\u200Bwidth\u200C\u200D\u2060\uFEFF",
        "comb\u0301\u0302\u0303\u0489ining",
        "Z\u0335\u0321\u0353a\u0334\u031Al\u0338\u0320g\u0337o",
        "line\u2028separator\u2029paragraph\u0085next",
        "private\uE000\uF8FF use",
        "un\u0378assigned",
        "emoji \U0001F600\U0001F468\u200D\U0001F469\u200D\U0001F467 \u2764\uFE0F",
        "flag \U0001F1E9\U0001F1EA tag \U000E0041\U000E007F",
        "lone \uD800 surrogate \uDC00",
        "hangul \u1100\u1161\u11A8 \u3164\uFFA0",
        "\u00ADsoft\u034Fjoiner\u180E",
        "漢字\e[41m漢",
        "%n%s%x$(reboot)`id`",
        "[red]markup[/] [bold",
        new string('A', 5000),
    ];

    public static void AssertHarmless(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            AssertHarmless(rune);
        }
    }

    public static void AssertHarmless(Rune rune)
    {
        var category = Rune.GetUnicodeCategory(rune);
        Assert.False(
            category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark,
            $"U+{rune.Value:X4} ({category}) came through");
    }
}

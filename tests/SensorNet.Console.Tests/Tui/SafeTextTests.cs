using System.Text;
using SensorNet.Console.Tests.Support;
using SensorNet.Console.Tui;

namespace SensorNet.Console.Tests.Tui;

public sealed class SafeTextTests
{
    public static TheoryData<string> Hostile => [.. HostileText.Corpus];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_text_becomes_one_line_of_harmless_characters(string text)
    {
        var clean = SafeText.Clean(text);
        HostileText.AssertHarmless(clean);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_text_on_a_screen_sends_nothing_but_our_own_sequences(string text)
    {
        var screen = new Screen(60, 5, Charset.Utf8);
        var output = new OutputBuffer();
        var renderer = new Renderer(ColorDepth.TrueColor, Charset.Utf8, output);
        var surface = new Surface(screen);
        surface.Box(text, text, default, default).Text(1, 1, text, default);
        surface.TextRight(50, 2, text, default, 30);

        renderer.Render(screen);

        // The emulator fails on whatever is not ours.
        new TerminalEmulator(60, 5).Feed(output.Written);
        HostileText.AssertHarmless(screen.ToText().Replace("\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_code_point_is_harmless_behind_the_door_and_takes_one_or_two_columns()
    {
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            if (Rune.TryCreate(value, out var rune))
            {
                var safe = SafeText.Filter(rune);
                HostileText.AssertHarmless(safe);
                Assert.InRange(SafeText.Width(safe), 1, 2);
            }
        }
    }

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("Zoë Müller", "Zoë Müller")]
    [InlineData("漢字", "漢字")]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("a\u00A0b", "a b")]
    public void Harmless_text_stays(string? text, string expected) => Assert.Equal(expected, SafeText.Clean(text));

    [Fact]
    public void In_ascii_nothing_else_than_ascii_is_on_the_screen()
    {
        var screen = new Screen(40, 3, Charset.Ascii);
        new Surface(screen).Box("Zoë 漢字", "", default, default).Text(0, 0, "…▶█", default);
        Assert.All(screen.Cells.ToArray(), cell => Assert.InRange(cell.Rune, 0x20, 0x7E));
    }

    [Fact]
    public void A_message_shows_harmful_octets_as_escapes_and_keeps_its_lines()
    {
        var lines = SafeText.EscapeLines("SIP/2.0 200 OK\r\nUser-Agent: x\e[31mÿé\n\nend"u8, 100);
        Assert.Equal(["SIP/2.0 200 OK", "User-Agent: x\\x1b[31mÿé", "", "end"], lines);
        Assert.Equal(["a\\xff\\xfeb"], SafeText.EscapeLines([(byte)'a', 0xFF, 0xFE, (byte)'b'], 100));
    }
}

using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SensorNet.Console.Tests.Support;
using SensorNet.Console.Tui;
using SensorNet.Tests.Shared;

namespace SensorNet.Console.Tests.Tui;

public sealed class RendererTests
{
    private static readonly CellStyle[] Styles =
    [
        default,
        new(Color.Rgb(0xFF5F5F), default, TextAttributes.Bold),
        new(default, Color.Rgb(0x303030)),
        new(Color.Rgb(0x5FAFD7), Color.Rgb(0x303030), TextAttributes.Underline | TextAttributes.Dim),
        new(default, default, TextAttributes.Reverse),
        new(default, default, TextAttributes.Bold | TextAttributes.Dim),
    ];

    [Fact]
    public void After_any_sequence_of_edits_the_terminal_shows_exactly_the_screen()
    {
        var edits = Gen.Choose(0, int.MaxValue).ListOf(30);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(Arb.From(edits), seeds =>
            {
                var screen = new Screen(40, 12, Charset.Utf8);
                var output = new OutputBuffer();
                var renderer = new Renderer(ColorDepth.TrueColor, Charset.Utf8, output);
                var emulator = new TerminalEmulator(40, 12);
                foreach (var seed in seeds)
                {
                    Edit(screen, new Random(seed));
                    Show(renderer, output, screen, emulator);
                }
            }));
    }

    [Fact]
    public void An_unchanged_screen_costs_nothing()
    {
        var (screen, renderer, output, emulator) = Begin(80, 24);
        new Surface(screen).Text(3, 3, "the same", Styles[1]);
        Show(renderer, output, screen, emulator);
        output.Clear();

        renderer.Render(screen);

        Assert.Equal(0, output.Length);
    }

    [Fact]
    public void A_full_last_column_and_row_does_not_scroll()
    {
        var (screen, renderer, output, emulator) = Begin(10, 3);
        for (var y = 0; y < 3; y++)
        {
            new Surface(screen).Text(0, y, "0123456789", Styles[y]);
        }

        Show(renderer, output, screen, emulator);
        new Surface(screen).Text(9, 2, "x", default);
        Show(renderer, output, screen, emulator);
    }

    [Fact]
    public void A_list_that_moved_up_by_a_row_is_scrolled_by_the_terminal()
    {
        var (screen, renderer, output, emulator) = Begin(160, 40);
        Lines(screen, 0);
        Show(renderer, output, screen, emulator);
        output.Clear();
        Lines(screen, 1);

        Show(renderer, output, screen, emulator, clear: false);

        Assert.InRange(output.Length, 1, 350);
    }

    [Fact]
    public void A_list_that_moved_down_by_three_rows_is_scrolled_by_the_terminal()
    {
        var (screen, renderer, output, emulator) = Begin(120, 40);
        Lines(screen, 10);
        Show(renderer, output, screen, emulator);
        output.Clear();
        Lines(screen, 7);

        Show(renderer, output, screen, emulator, clear: false);

        Assert.InRange(output.Length, 1, 600);
    }

    [Fact]
    public void A_frame_with_a_tenth_of_its_rows_changed_stays_within_the_byte_budget()
    {
        var (screen, renderer, output, emulator) = Begin(160, 40);
        var counters = new int[40];
        Table(screen, counters);
        Show(renderer, output, screen, emulator);
        var random = new Random(1);
        var total = 0;
        const int frames = 200;
        for (var frame = 0; frame < frames; frame++)
        {
            for (var i = 0; i < 4; i++)
            {
                counters[random.Next(40)] += random.Next(1, 50);
            }

            Table(screen, counters);
            output.Clear();
            Show(renderer, output, screen, emulator, clear: false);
            total += output.Length;
        }

        Assert.InRange(total / frames, 1, 350);
    }

    [Fact]
    public void Rendering_allocates_nothing_once_it_has_its_buffers()
    {
        var (screen, renderer, output, _) = Begin(160, 40);
        var counters = new int[40];
        for (var frame = 0; frame < 5; frame++)
        {
            Lines(screen, frame);
            output.Clear();
            renderer.Render(screen);
        }

        // Two pictures of which each is prepared before measuring.
        var other = new Screen(160, 40, Charset.Utf8);
        Table(other, counters);
        Assert.Equal(0, Allocations.LeastOf(5, () =>
        {
            for (var frame = 0; frame < 100; frame++)
            {
                output.Clear();
                renderer.Render(frame % 2 == 0 ? other : screen);
            }
        }));
    }

    [Fact]
    public void Without_colours_no_colour_is_sent()
    {
        var output = new OutputBuffer();
        var renderer = new Renderer(ColorDepth.Mono, Charset.Utf8, output);
        var screen = new Screen(20, 2, Charset.Utf8);
        new Surface(screen).Text(0, 0, "red on grey", new CellStyle(Color.Rgb(0xFF0000), Color.Rgb(0x808080), TextAttributes.Bold));

        renderer.Render(screen);

        Assert.Contains("\e[1m", Encoding.UTF8.GetString(output.Written), StringComparison.Ordinal);
        Assert.DoesNotContain("38;", Encoding.UTF8.GetString(output.Written), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((byte)ColorDepth.Palette256, "\e[38;5;203m")]
    [InlineData((byte)ColorDepth.Sixteen, "\e[91m")]
    [InlineData((byte)ColorDepth.TrueColor, "\e[38;2;255;95;95m")]
    public void A_colour_is_sent_as_the_terminal_can_show_it(byte depth, string expected)
    {
        var output = new OutputBuffer();
        var renderer = new Renderer((ColorDepth)depth, Charset.Utf8, output);
        var screen = new Screen(20, 2, Charset.Utf8);
        new Surface(screen).Text(0, 0, "alarm", new CellStyle(Color.Rgb(0xFF5F5F), default));

        renderer.Render(screen);

        Assert.Contains(expected + "alarm", Encoding.UTF8.GetString(output.Written), StringComparison.Ordinal);
    }

    private static (Screen Screen, Renderer Renderer, OutputBuffer Output, TerminalEmulator Emulator) Begin(int width, int height)
    {
        var output = new OutputBuffer();
        return (new Screen(width, height, Charset.Utf8), new Renderer(ColorDepth.TrueColor, Charset.Utf8, output), output, new TerminalEmulator(width, height));
    }

    private static void Show(Renderer renderer, OutputBuffer output, Screen screen, TerminalEmulator emulator, bool clear = true)
    {
        if (clear)
        {
            output.Clear();
        }

        renderer.Render(screen);
        emulator.Feed(output.Written);
        for (var y = 0; y < screen.Height; y++)
        {
            for (var x = 0; x < screen.Width; x++)
            {
                var cell = screen.Row(y)[x];
                Assert.Equal((x, y, cell.Rune, Describe(cell.Style)), (x, y, emulator.RuneAt(x, y), emulator.StyleAt(x, y)));
            }
        }

        Assert.Equal(screen.Cursor is not null, emulator.CursorVisible);
        if (screen.Cursor is { } cursor)
        {
            Assert.Equal(cursor, emulator.Cursor);
        }
    }

    private static string Describe(CellStyle style)
    {
        var attributes = style.Attributes;
        return $"{(attributes.HasFlag(TextAttributes.Bold) ? "b" : "")}{(attributes.HasFlag(TextAttributes.Dim) ? "d" : "")}{(attributes.HasFlag(TextAttributes.Underline) ? "u" : "")}{(attributes.HasFlag(TextAttributes.Reverse) ? "r" : "")}|{Hex(style.Foreground)}|{Hex(style.Background)}";

        static string Hex(Color color) => color.IsDefault ? "" : $"{color.Red:X2}{color.Green:X2}{color.Blue:X2}";
    }

    private static void Edit(Screen screen, Random random)
    {
        var surface = new Surface(screen);
        var style = Styles[random.Next(Styles.Length)];
        switch (random.Next(8))
        {
            case 0:
                screen.Clear(style);
                break;
            case 1:
                screen.Scroll(random.Next(0, 4), random.Next(5, 12), random.Next(2) == 0 ? random.Next(1, 4) : -random.Next(1, 4));
                break;
            case 2:
                surface.Text(random.Next(40), random.Next(12), "wide 漢字 and é", style);
                break;
            case 3:
                surface.Box("box", "note", style, Styles[1]);
                break;
            case 4:
                surface.RestyleRow(random.Next(12), style);
                break;
            case 5:
                screen.Cursor = random.Next(2) == 0 ? null : (random.Next(40), random.Next(12));
                break;
            default:
                for (var i = random.Next(1, 12); i > 0; i--)
                {
                    surface.Text(random.Next(40), random.Next(12), new string((char)random.Next('a', 'z'), random.Next(1, 20)), style, random.Next(1, 30));
                }

                break;
        }
    }

    private static void Lines(Screen screen, int from)
    {
        screen.Clear(default);
        var surface = new Surface(screen);
        var inside = surface.Box("Events", "LIVE", Styles[3], Styles[1]);
        for (var y = 0; y < inside.Height; y++)
        {
            inside.Text(1, y, $"12:04:{from + y:00}.482 sip.auth.failed W 198.51.100.{(from + y) * 7 % 250}:5061 sip:{1000 + ((from + y) * 37)}@pbx.example.net 401 REGISTER", Styles[(from + y) % 2]);
        }
    }

    private static void Table(Screen screen, int[] counters)
    {
        screen.Clear(default);
        var surface = new Surface(screen);
        for (var y = 0; y < 40; y++)
        {
            surface.Text(0, y, $"198.51.100.{y}", Styles[1]);
            surface.TextRight(40, y, counters[y].ToString(System.Globalization.CultureInfo.InvariantCulture), default, 10);
            surface.Text(45, y, "friendly-scanner sip:1042@pbx.example.net 401 REGISTER", Styles[3]);
        }
    }
}

using System.Text;
using SensorNet.Console.Tui;

namespace SensorNet.Console.Tests.Tui;

public sealed class InputDecoderTests
{
    public static TheoryData<string, string> Keys => new()
    {
        { "a", "a" },
        { "G", "G" },
        { " ", "space" },
        { "é", "é" },
        { "漢", "漢" },
        { "\r", "enter" },
        { "\t", "tab" },
        { "\x7f", "backspace" },
        { "\x04", "ctrl-d" },
        { "\x10", "ctrl-p" },
        { "\x1c", "ctrl-\\" },
        { "\x1a", "ctrl-z" },
        { "\ea", "alt-a" },
        { "\e[A", "up" },
        { "\e[B", "down" },
        { "\eOA", "up" },
        { "\eOP", "f1" },
        { "\e[H", "home" },
        { "\e[4~", "end" },
        { "\e[5~", "pageup" },
        { "\e[6~", "pagedown" },
        { "\e[3~", "delete" },
        { "\e[15~", "f5" },
        { "\e[24~", "f12" },
        { "\e[Z", "shift-tab" },
        { "\e[1;5C", "ctrl-right" },
        { "\e[1;2A", "shift-up" },
        { "\e[97;5u", "ctrl-a" },
        { "\e[27u", "escape" },
        { "\e[[A", "f1" },
        { "\e[[E", "f5" },
        { "\e]0;title\aq", "q" },
        { "\eP1$r0m\e\\q", "q" },
        { "\e[?62;4c", "" },
        { "\e[12;34;56;78;90zq", "q" },
        { "ab", "a b" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_sequence_is_the_same_key_however_it_is_cut(string octets, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(octets);
        foreach (var chunks in Chunkings(bytes))
        {
            Assert.Equal(expected, Names(Decode(chunks)));
        }
    }

    [Fact]
    public void A_lone_escape_is_the_escape_key_once_nothing_follows()
    {
        var events = new List<InputEvent>();
        var decoder = new InputDecoder(events);
        decoder.Feed("\e"u8);
        Assert.Empty(events);
        Assert.True(decoder.IsPending);

        decoder.Flush();

        Assert.Equal("escape", Names(events));
        Assert.False(decoder.IsPending);
    }

    [Fact]
    public void Two_escapes_are_two_keys()
    {
        var events = new List<InputEvent>();
        var decoder = new InputDecoder(events);
        decoder.Feed("\e\e"u8);
        decoder.Flush();
        Assert.Equal("escape escape", Names(events));
    }

    [Fact]
    public void A_paste_is_one_text_and_never_keys()
    {
        foreach (var chunks in Chunkings("\e[200~r\ry\n\x03\e[A:q\r\e[201~j"u8.ToArray(), most: 400))
        {
            var events = Decode(chunks);
            Assert.Equal(2, events.Count);
            Assert.Equal((InputKind.Paste, "r\ry\n\x03\e[A:q\r"), (events[0].Kind, events[0].Text));
            Assert.Equal("j", events[1].KeyName);
        }
    }

    [Fact]
    public void A_paste_without_an_end_keeps_memory_bounded()
    {
        var events = new List<InputEvent>();
        var decoder = new InputDecoder(events);
        decoder.Feed("\e[200~"u8);
        var block = new byte[10_000];
        Array.Fill(block, (byte)'x');
        for (var i = 0; i < 100; i++)
        {
            decoder.Feed(block);
        }

        decoder.Feed("\e[201~"u8);
        Assert.Equal(InputDecoder.MaxPaste, Assert.Single(events).Text!.Length);
    }

    [Theory]
    [InlineData("\e[<0;10;5M", (byte)InputKind.MouseDown, 9, 4)]
    [InlineData("\e[<0;10;5m", (byte)InputKind.MouseUp, 9, 4)]
    [InlineData("\e[<64;1;1M", (byte)InputKind.WheelUp, 0, 0)]
    [InlineData("\e[<65;200;100M", (byte)InputKind.WheelDown, 199, 99)]
    [InlineData("\e[M !!", (byte)InputKind.MouseDown, 0, 0)]
    public void The_mouse_is_read_in_both_forms(string octets, byte kind, int x, int y)
    {
        foreach (var chunks in Chunkings(Encoding.UTF8.GetBytes(octets)))
        {
            var only = Assert.Single(Decode(chunks));
            Assert.Equal(((InputKind)kind, x, y), (only.Kind, only.X, only.Y));
        }
    }

    [Fact]
    public void Focus_is_no_key()
    {
        Assert.Equal([InputKind.FocusIn, InputKind.FocusOut], Decode(["\e[I\e[O"u8.ToArray()]).Select(e => e.Kind));
    }

    [Fact]
    public void Broken_utf8_types_nothing_and_loses_nothing_that_follows()
    {
        Assert.Equal("q", Names(Decode([[0xC3], [(byte)'q']])));
        Assert.Equal("q", Names(Decode([[0xFF, 0xFE, 0xF8, (byte)'q']])));
    }

    [Fact]
    public void Any_noise_leaves_the_decoder_usable()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var events = new List<InputEvent>();
            var decoder = new InputDecoder(events);
            var noise = new byte[random.Next(1, 200)];
            random.NextBytes(noise);
            decoder.Feed(noise);

            // ST ends any control string, CAN any sequence, the paste's end mark a paste.
            decoder.Feed("\e[201~\e\\\x18"u8);
            decoder.Flush();
            events.Clear();
            decoder.Feed("xyzk"u8);
            Assert.Equal("k", events[^1].KeyName);
        }
    }

    private static List<InputEvent> Decode(IEnumerable<byte[]> chunks)
    {
        var events = new List<InputEvent>();
        var decoder = new InputDecoder(events);
        foreach (var chunk in chunks)
        {
            decoder.Feed(chunk);
        }

        return events;
    }

    private static string Names(IEnumerable<InputEvent> events) =>
        string.Join(' ', events.Where(e => e.Kind == InputKind.Key).Select(e => e.KeyName));

    /// <summary>Every way to cut up to 12 octets, every single cut beyond that, and one octet at a time.</summary>
    private static IEnumerable<byte[][]> Chunkings(byte[] octets, int most = 5000)
    {
        yield return [octets];
        yield return [.. octets.Select(o => new[] { o })];
        var cuts = octets.Length - 1;
        if (cuts is > 0 and <= 11)
        {
            for (var mask = 1; mask < 1 << cuts && mask < most; mask++)
            {
                var chunks = new List<byte[]>();
                var start = 0;
                for (var i = 1; i < octets.Length; i++)
                {
                    if ((mask & (1 << (i - 1))) != 0)
                    {
                        chunks.Add(octets[start..i]);
                        start = i;
                    }
                }

                chunks.Add(octets[start..]);
                yield return [.. chunks];
            }
        }
        else
        {
            for (var i = 1; i < octets.Length; i++)
            {
                yield return [octets[..i], octets[i..]];
            }
        }
    }
}

using SensorNet.Console.Tests.Support;

namespace SensorNet.EndToEnd.Tests;

/// <summary>The screens in a real terminal, over what a real collector has of two sensors.</summary>
[Trait("Category", "Slow")]
public sealed class ConsoleScreensTests(WatchedSite site) : IClassFixture<WatchedSite>
{
    // Key, a word of the view's frame, and a row that only the replayed traffic can have made.
    private static readonly (string Key, string Title, string Row)[] Views =
    [
        ("2", "Alerts ", "SSH brute force"),
        ("3", "Events  LIVE", "sip.auth.failed"),
        ("4", "Calls  ", "ANSWERED"),
        ("5", "Registrations  ", "sip:1000@127.1.0.10"),
        ("6", "Sources  ", "127.66.5.6 "),
        ("7", "Sensors  ", "pbx-1 "),
        ("8", "Rules  ", "h01_ssh_bruteforce"),
        ("9", "Events, last 24h", "127.66.5.5"),
        ("0", "Audit  ", "LOGIN"),
        ("I", "Incidents ", "127.66."),
        ("Z", "Silences  ", "Nothing is silenced"),
        ("B", "Lists  ", "high_risk_prefixes"),
        ("1", "Health", "127.66.5.6 "),
    ];

    [Theory]
    [InlineData(80, 24)]
    [InlineData(160, 50)]
    public void Every_view_shows_what_the_sensors_sent(int width, int height)
    {
        using var terminal = Open(width, height);
        foreach (var (key, title, row) in Views)
        {
            terminal.Press(key);
            var screen = terminal.WaitFor(s => s.Contains(title, StringComparison.Ordinal) && s.Contains(row, StringComparison.Ordinal), $"{title}: {row}");
            Assert.DoesNotContain("asking ...", terminal.WaitFor(s => !s.Contains("asking ...", StringComparison.Ordinal), $"{title} complete"), StringComparison.Ordinal);
            Assert.All(screen.TrimEnd('\n').Split('\n'), line => Assert.True(line.Length <= width, line));
        }
    }

    [Fact]
    public void A_call_opens_as_a_ladder_and_its_messages_one_by_one()
    {
        using var terminal = Open();
        terminal.Press("4");
        terminal.WaitFor("ANSWERED");
        terminal.Type("/answered");
        terminal.Press("Enter");
        terminal.WaitFor("200 INVITE");
        terminal.Press("G");
        var ladder = terminal.WaitFor("BYE ");
        Assert.Contains("407 INVITE", ladder, StringComparison.Ordinal);
        Assert.Contains("127.0.0.10:5060", ladder, StringComparison.Ordinal);
        terminal.Press("g", "Enter");
        terminal.WaitFor("> 127.0.0.10:5060");
        terminal.Press("Escape", "Escape");
        terminal.WaitFor("/answered");
    }

    [Fact]
    public void An_attacker_is_followed_from_the_alert_to_its_events_and_its_whole_record()
    {
        using var terminal = Open();
        terminal.Press("2");
        terminal.WaitFor("SSH brute force");
        terminal.Type("/ssh brute force");
        terminal.WaitFor("EVIDENCE");
        terminal.Press("s");
        terminal.WaitFor(s => s.Contains("Sources  1 of", StringComparison.Ordinal) && s.Contains("pbx-1", StringComparison.Ordinal), "the one source");
        terminal.Press("e");
        terminal.WaitFor(s => s.Contains("auth.failure", StringComparison.Ordinal) && s.Contains("/source.ip:127.66.50.", StringComparison.Ordinal), "its failures");
        terminal.Type("/ and type:auth.failure");
        terminal.WaitFor(s => !s.Contains("alert.fired", StringComparison.Ordinal), "failures alone");
        terminal.Press("Enter");
        terminal.WaitFor("Failed password for");
    }

    [Theory]
    [InlineData("TERM=xterm-256color LANG=C.UTF-8", true, true)]
    [InlineData("TERM=screen LANG=C.UTF-8", true, true)]
    [InlineData("TERM=linux LANG=C.UTF-8", true, true)]
    [InlineData("TERM=vt100 LANG=C.UTF-8", false, false)]
    [InlineData("TERM=xterm-256color LANG=C.UTF-8 NO_COLOR=1", false, true)]
    [InlineData("TERM=xterm-256color LANG=C", true, false)]
    public void Alerts_are_read_in_every_kind_of_terminal(string variables, bool colour, bool unicode)
    {
        using var terminal = Open(variables: variables);
        terminal.Press("2");
        var screen = terminal.WaitFor("EVIDENCE");
        Assert.Equal(unicode, screen.Any(c => c > 127));
        Assert.Contains("C NEW ", screen, StringComparison.Ordinal);

        // SGR 30-49, 90-107: foreground and background.
        Assert.Equal(colour, System.Text.RegularExpressions.Regex.IsMatch(terminal.CaptureStyled(), "\u001b\\[([0-9;]*;)?([34][0-8]|9[0-7]|10[0-7])[;m]"));
        terminal.Press("q");
        terminal.WaitFor("ended 0");
        terminal.WaitUntilRestored();
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    [InlineData("KILL")]
    [InlineData("XCPU")]
    public void However_it_ends_with_streams_open_the_terminal_is_as_it_was(string signal)
    {
        using var terminal = Open();
        terminal.Press("3");
        terminal.WaitFor("LIVE");
        terminal.Signal(signal);
        terminal.WaitUntilUsable();
    }

    [Fact]
    public void Suspended_and_continued_it_shows_what_came_meanwhile()
    {
        using var terminal = Open(shell: "bash --norc -i");
        terminal.Press("3");
        terminal.WaitFor("LIVE");
        terminal.Press("z");
        terminal.WaitFor(shown => !shown.Contains("without routine", StringComparison.Ordinal), "routine events too");
        terminal.Press("C-z");
        terminal.WaitFor("Stopped");
        Assert.StartsWith("0 1 0", terminal.Flags(), StringComparison.Ordinal);

        // A command of the client is an audited session, so an event.
        terminal.Type("clear; " + Programs.Console + " status > /dev/null; fg");
        terminal.WaitFor("root logout session");
        Assert.Equal("1 0 1", terminal.Flags());
        terminal.Press("q");
        terminal.WaitUntilLeft();
    }

    [Fact]
    public async Task A_command_in_a_terminal_sets_no_mode_of_it_and_several_share_a_redirected_file()
    {
        var file = Path.Combine(site.System.Directory, "listing");
        var commands = $"({Programs.Console} sensors list; {Programs.Console} nonsense; {Programs.Console} sensors list) > {file} 2>&1";
        await RunningProgram.RunAsync("bash", ["-c", commands], TimeSpan.FromSeconds(60), site.System.ConsoleEnvironment);
        var lines = await File.ReadAllLinesAsync(file);
        Assert.Equal(2, lines.Count(line => line.StartsWith("edge-1 ", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Contains("'nonsense'", StringComparison.Ordinal));

        // script(1) gives the command a terminal and keeps what was sent to it: colours, and no private mode.
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script is not installed");
        var shown = (await RunningProgram.RunAsync("script", ["-qec", $"TERM=xterm {Programs.Console} sensors list", "/dev/null"], TimeSpan.FromSeconds(60), site.System.ConsoleEnvironment)).Succeeded();
        Assert.Contains("edge-1", shown, StringComparison.Ordinal);
        Assert.Contains("\u001b[1m", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[?", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b=", shown, StringComparison.Ordinal);
        var help = (await RunningProgram.RunAsync("script", ["-qec", $"TERM=xterm {Programs.Console} events list --help", "/dev/null"], TimeSpan.FromSeconds(60))).Succeeded();
        Assert.DoesNotContain('\u001b', help);
    }

    private TmuxTerminal Open(int width = 80, int height = 24, string variables = "LANG=C.UTF-8", string shell = "sh")
    {
        var terminal = TmuxTerminal.Start($"unix:{site.System.Socket}", width, height, variables, shell, Programs.Console);
        terminal.WaitFor("127.66.");
        return terminal;
    }
}

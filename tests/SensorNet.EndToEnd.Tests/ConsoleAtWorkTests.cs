using SensorNet.Console.Tests.Support;
using SensorNet.Tests.Shared;

namespace SensorNet.EndToEnd.Tests;

/// <summary>An operator at the screens while things happen.</summary>
[Trait("Category", "Slow")]
public sealed class ConsoleAtWorkTests
{
    [Fact]
    public async Task From_the_bell_to_a_resolved_alert_it_takes_five_keys()
    {
        using var system = new TestSystem();
        await system.StartCollectorAsync();
        await system.EnrolAsync("pbx-1");
        using var terminal = Open(system);
        terminal.WaitFor("no sensor has connected");
        Assert.False(terminal.BellRang());

        (await system.ReplayAsync("pbx-1", "--log", WatchedSite.SshLog, "--shift-to-now")).Succeeded();
        terminal.WaitFor("SSH brute force");
        Assert.True(terminal.BellRang());

        // 1: the alerts, the worst on top. 2: acknowledge. 3-5: resolve, yes, no reason.
        terminal.Press("2");
        terminal.WaitFor("› C NEW   SSH brute force");
        terminal.Press("a");
        terminal.WaitFor("› C ACK   SSH brute force");
        terminal.Press("r");
        terminal.WaitFor("Resolve this alert?");
        terminal.Press("y");
        terminal.WaitFor("reason");
        terminal.Press("Enter");
        terminal.WaitFor(s => !s.Contains("C ACK ", StringComparison.Ordinal), "resolved");

        var resolved = Assert.Single(await system.ListAsync("alerts", "list", "--state", "resolved"));
        Assert.Equal("h01_ssh_bruteforce", resolved.GetProperty("rule").GetString());

        // One more takes it back.
        terminal.Press("u");
        terminal.WaitFor("C ACK   SSH brute force");
        Assert.Empty(await system.ListAsync("alerts", "list", "--state", "resolved"));
    }

    [Fact]
    public async Task A_filter_is_typed_and_holds_while_events_stream_in()
    {
        using var system = new TestSystem();
        await system.StartCollectorAsync();
        await system.EnrolAsync("edge-1");
        using var terminal = Open(system);
        terminal.Press("3");
        terminal.WaitFor("LIVE");

        // A day in half a minute: a stream that lasts while somebody types.
        using var replay = RunningProgram.Start(
            Programs.Sensor,
            ["replay", Repository.TestData("captures", "day.pcap.gz"), "--speed", "3000", "--shift-to-now", "--to", "collector", "--state-dir", system.SensorState("edge-1")]);
        terminal.WaitFor("sip.other.ok");
        terminal.Press("/");
        foreach (var letter in "type:sip.registration.new")
        {
            terminal.Press(letter.ToString());
        }

        terminal.WaitFor("/type:sip.registration.new");
        terminal.Press("Enter");
        var first = terminal.WaitFor(OnlyRegistrations, "registrations alone");
        Assert.False(replay.HasExited, "the stream ended before the filter stood");
        var held = Held(first);
        terminal.WaitFor(s => OnlyRegistrations(s) && Held(s) > held, "more of them");
        terminal.Press("Escape");
        terminal.WaitFor(s => s.Contains("sip.other.", StringComparison.Ordinal) || s.Contains("sip.source.stats", StringComparison.Ordinal), "everything again");
        replay.Kill();
    }

    [Fact]
    public async Task A_collector_that_dies_is_told_of_and_its_return_too_and_the_tail_goes_on()
    {
        using var system = new TestSystem();
        await system.StartCollectorAsync();
        await system.EnrolAsync("pbx-1");
        (await system.ReplayAsync("pbx-1", "--log", WatchedSite.SshLog, "--shift-to-now")).Succeeded();
        using var terminal = Open(system);
        terminal.Press("2");
        terminal.WaitFor("SSH brute force");

        system.KillCollector();
        var down = terminal.WaitFor("retry in");
        Assert.Contains(" DOWN ", down, StringComparison.Ordinal);
        Assert.Contains("SSH brute force", down, StringComparison.Ordinal);
        terminal.Press("a");
        terminal.WaitFor("the collector cannot be reached");

        await system.StartCollectorAsync();
        terminal.Press("R");
        terminal.WaitFor("The collector is back");
        terminal.WaitFor(" UP ");
        terminal.Press("a");
        terminal.WaitFor("C ACK   SSH brute force");
        await system.EnrolAsync("edge-1");
        terminal.Press("3");
        terminal.WaitFor(s => s.Contains("edge-1 join", StringComparison.Ordinal), "what happened after the return");
    }

    private static TmuxTerminal Open(TestSystem system)
    {
        var terminal = TmuxTerminal.Start($"unix:{system.Socket}", program: Programs.Console);
        terminal.WaitFor(" UP ");
        return terminal;
    }

    /// <summary>Whether the list has rows, and registrations alone.</summary>
    private static bool OnlyRegistrations(string screen)
    {
        var rows = screen.Split('\n').Where(line => line.Contains(" sip.", StringComparison.Ordinal) && char.IsAsciiDigit(line[3])).ToList();
        return rows.Count > 0 && rows.All(line => line.Contains(" sip.registration.new ", StringComparison.Ordinal));
    }

    private static int Held(string screen)
    {
        var at = screen.IndexOf("held ", StringComparison.Ordinal) + 5;
        return int.Parse(screen[at..screen.IndexOf('─', at)].Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
    }
}

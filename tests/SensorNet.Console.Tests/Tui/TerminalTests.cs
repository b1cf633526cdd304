using SensorNet.Console.Tests.Support;

namespace SensorNet.Console.Tests.Tui;

/// <summary>The whole program in a terminal of tmux: what it shows there, and how it leaves.</summary>
[Trait("Category", "Slow")]
public sealed class TerminalTests
{
    private const string Nowhere = "unix:/nonexistent.sock";

    [Fact]
    public void After_q_the_terminal_is_as_it_was()
    {
        using var terminal = TmuxTerminal.Start(Nowhere);
        terminal.WaitFor("No collector runs here");
        Assert.NotEqual(terminal.Modes, terminal.Stty());
        Assert.Equal("1 0 1", terminal.Flags());
        terminal.Press("q");
        terminal.WaitFor("ended 0");
        terminal.WaitUntilRestored();
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    [InlineData("INT")]
    [InlineData("QUIT")]
    [InlineData("ABRT")]
    [InlineData("KILL")]
    public void After_a_signal_the_terminal_is_as_it_was(string signal)
    {
        using var terminal = TmuxTerminal.Start(Nowhere);
        terminal.WaitFor("No collector runs here");
        terminal.Signal(signal);
        terminal.WaitUntilUsable();
    }

    [Fact]
    public void Suspended_it_gives_the_terminal_back_and_continued_it_draws_again()
    {
        using var terminal = TmuxTerminal.Start(Nowhere, shell: "bash --norc -i");
        terminal.WaitFor("No collector runs here");
        for (var round = 0; round < 2; round++)
        {
            terminal.Press("C-z");
            terminal.WaitFor("Stopped");
            Assert.StartsWith("0 1 0", terminal.Flags(), StringComparison.Ordinal);
            terminal.Type("clear; fg");
            terminal.WaitFor("No collector runs here");
            Assert.Equal("1 0 1", terminal.Flags());
        }

        terminal.Press("q");
        terminal.WaitUntilLeft();
    }

    [Fact]
    public void It_follows_the_size_of_the_terminal()
    {
        using var terminal = TmuxTerminal.Start(Nowhere);
        terminal.WaitFor("[1 Ovw]");
        terminal.Resize(160, 50);
        terminal.WaitFor("[1 Overview]");
        terminal.Resize(50, 10);
        terminal.WaitFor("needs 60x15");
        terminal.Resize(60, 15);
        terminal.WaitFor("Welcome");
    }

    [Theory]
    [InlineData("TERM=xterm-256color LANG=C.UTF-8", false)]
    [InlineData("TERM=screen LANG=C.UTF-8", false)]
    [InlineData("TERM=xterm-256color LANG=C.UTF-8 NO_COLOR=1", false)]
    [InlineData("TERM=linux LANG=C.UTF-8", false)]
    [InlineData("TERM=vt100 LANG=C.UTF-8", true)]
    [InlineData("TERM=xterm-256color LANG=C", true)]
    [InlineData("TERM=xterm-256color LANG=C.UTF-8 LC_ALL=POSIX", true)]
    public void It_works_in_every_kind_of_terminal(string variables, bool ascii)
    {
        using var terminal = TmuxTerminal.Start(Nowhere, variables: variables);
        var screen = terminal.WaitFor("q leaves");
        Assert.Contains(ascii ? "+-Welcome--" : "┌─Welcome──", screen, StringComparison.Ordinal);
        terminal.Press("?");
        terminal.WaitFor("Help: Overview");
        terminal.Press("Escape");
        terminal.WaitFor(s => !s.Contains("Help:", StringComparison.Ordinal), "help closed");
        terminal.Press("q");
        terminal.WaitFor("ended 0");
        terminal.WaitUntilRestored();
    }

    [Fact]
    public void A_terminal_that_cannot_show_it_is_told_so()
    {
        using var terminal = TmuxTerminal.Start(Nowhere, variables: "TERM=dumb");
        Assert.Contains("the terminal type 'dumb' cannot show them", terminal.WaitFor("ended 2").Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_the_wire_an_alert_appears_within_a_second_and_is_triaged_to_the_end()
    {
        using var folder = new PrivateFolder();
        var collector = SampleData.Create();
        await using var server = await GrpcTestServer.StartAsync(collector, folder.File("s"));
        using var terminal = TmuxTerminal.Start(server.Address);
        terminal.WaitFor("Registration b");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        collector.PutAlert(SampleData.Alert("zz", V1.AlertLevel.Critical, V1.AlertStatus.Active, "new_rule", "Brand new", "203.0.113.99", 60, 5), "new");
        terminal.WaitFor("Brand new");
        Assert.InRange(watch.ElapsedMilliseconds, 0, 1000);

        terminal.Press("2");
        terminal.WaitFor("› C NEW   Brand new");
        terminal.Press("a");
        terminal.WaitFor("C ACK   Brand new");
        terminal.Press("r");
        terminal.WaitFor("Resolve this alert?");
        terminal.Press("y");
        terminal.WaitFor("reason");
        terminal.Press("Enter");
        terminal.WaitFor(s => !s.Contains("ACK   Brand new", StringComparison.Ordinal), "resolved");
        Assert.Equal(V1.AlertStatus.Resolved, collector.Alerts["zz"].Status);
    }

    [Fact]
    public async Task It_reconnects_by_itself_when_the_collector_was_away()
    {
        using var folder = new PrivateFolder();
        var collector = SampleData.Create();
        var server = await GrpcTestServer.StartAsync(collector, folder.File("s"));
        using var terminal = TmuxTerminal.Start(server.Address);
        terminal.WaitFor("col-1 UP");
        await server.DisposeAsync();
        terminal.WaitFor("DOWN");
        terminal.Press("2");
        terminal.WaitFor("Registration brute force");

        await using var again = await GrpcTestServer.StartAsync(collector, folder.File("s"));
        terminal.WaitFor("col-1 UP");
    }

    [Fact]
    public async Task A_tail_of_thousands_of_events_a_second_leaves_the_keys_responsive()
    {
        using var folder = new PrivateFolder();
        var collector = SampleData.Create();
        await using var server = await GrpcTestServer.StartAsync(collector, folder.File("s"));
        using var terminal = TmuxTerminal.Start(server.Address);
        terminal.WaitFor("col-1 UP");
        terminal.Press("3");
        terminal.WaitFor("LIVE");
        using var stop = new CancellationTokenSource();
        var flood = Task.Run(async () =>
        {
            for (ulong position = 1000; !stop.IsCancellationRequested; position += 200)
            {
                collector.Store([.. Enumerable.Range(0, 200).Select(i =>
                    SampleData.Event(position + (ulong)i, V1.EventType.SipAuthFailed, V1.Severity.Warning, "198.51.100.7", "1042", "wrong password", 1))]);
                await Task.Delay(10);
            }
        });
        terminal.WaitFor("held 10,000");
        for (var round = 0; round < 5; round++)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            terminal.Press("p");
            terminal.WaitFor("PAUSED");
            terminal.Press("p");
            terminal.WaitFor("LIVE");
            Assert.InRange(watch.ElapsedMilliseconds, 0, 3000);
        }

        await stop.CancelAsync();
        await flood;
    }
}

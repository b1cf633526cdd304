using SensorNet.Console.Client;
using SensorNet.Console.Tests.Support;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Tests.Views;

public sealed class NavigationTests
{
    [Fact]
    public async Task No_key_means_two_things_in_one_view()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        foreach (var view in rig.Screens.Views)
        {
            var clash = view.Actions.SelectMany(a => a.Keys.Select(k => (Key: k, a.Id))).GroupBy(k => k.Key).Where(g => g.Count() > 1).ToList();
            Assert.True(clash.Count == 0, $"{view.Id}: {string.Join("; ", clash.Select(g => $"{g.Key} is {string.Join(" and ", g.Select(k => k.Id))}"))}");
        }

        Assert.Empty(rig.Screens.GlobalActions.SelectMany(a => a.Keys).GroupBy(k => k).Where(g => g.Count() > 1).Select(g => g.Key));
    }

    [Theory]
    [InlineData("1", "[1 Ovw]")]
    [InlineData("2", "[2 Alrt]")]
    [InlineData("3", "[3 Evt]")]
    [InlineData("4", "[4 Call]")]
    [InlineData("5", "[5 Reg]")]
    [InlineData("6", "[6 Src]")]
    [InlineData("7", "[7 Sens]")]
    [InlineData("8", "[8 Rule]")]
    [InlineData("9", "[9 Stat]")]
    [InlineData("0", "[0 Aud]")]
    public async Task A_digit_opens_its_view(string key, string tab)
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press(key);
        Assert.Contains(tab, rig.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_typed_ahead_meet_the_row_that_the_filter_leaves()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();

        // One burst of input, with no frame between.
        rig.Type("2/ssh brute");
        rig.Screens.OnInput(InputEvent.Of(Key.Enter));
        rig.Type("a");
        await rig.UntilShownAsync("ACK   SSH brute force");
    }

    [Fact]
    public async Task A_click_on_a_tab_opens_its_view()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Draw();
        rig.Screens.OnInput(new InputEvent(InputKind.MouseDown, X: 10, Y: 1));
        Assert.Contains("[2 Alrt]", rig.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_prompt_opens_views_completes_words_and_says_what_it_does_not_know()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press(":");
        rig.Type("sens");
        rig.Press("tab enter");
        Assert.Contains("[7 Sens]", rig.Draw(), StringComparison.Ordinal);

        rig.Press(":");
        rig.Type("src 203.0.113");
        rig.Press("enter");
        var shown = await rig.UntilShownAsync("Sources  1 of");
        Assert.Contains("/203.0.113", shown, StringComparison.Ordinal);

        rig.Press(":");
        rig.Type("nonsense");
        rig.Press("enter");
        Assert.Contains("There is no command or view 'nonsense'", rig.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_narrows_the_list_and_escape_clears_it()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 /");
        rig.Type("state:new !flood ~^198");
        rig.Press("enter");
        Assert.Contains("Alerts 3 open of 6", rig.Draw(), StringComparison.Ordinal);

        rig.Press("escape");
        Assert.Contains("Alerts 5 open of 6", rig.Draw(), StringComparison.Ordinal);
        Assert.Contains("[2 Alrt]", rig.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_event_filter_is_completed_and_asked_of_the_collector()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("3 /");
        rig.Type("type:sip.auth.f");
        rig.Press("tab enter");
        await rig.UntilAsync(() => rig.Collector.Requests.OfType<TailEventsRequest>().Any(r => r.Query == "type:sip.auth.failed"));
        Assert.Contains("/type:sip.auth.failed", rig.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_an_address_that_was_opened_here_one_gets_to_what_the_collector_holds()
    {
        var collector = SampleData.Create();
        collector.Sealed["192.0.2.66"] = "10.77.1.2";
        await using var rig = await new ScreenRig(collector).StartAsync();
        rig.Press("3 p");
        Assert.Contains("192.0.2.66", rig.Draw(), StringComparison.Ordinal);
        rig.Press("P s");
        await rig.UntilAsync(() => collector.Requests.OfType<TailEventsRequest>().Any(r => r.Query == "source.ip:10.77.1.2"));
    }

    [Fact]
    public async Task A_paused_tail_stands_still_and_counts_what_it_does_not_show()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("3 p");
        rig.Collector.Store([.. Enumerable.Range(0, 25).Select(i => SampleData.Event((ulong)(500 + i), EventType.SipMsgProbe, Severity.Warning, "192.0.2.250", "", "late", 10))]);
        var shown = await rig.UntilShownAsync("PAUSED +25");
        Assert.DoesNotContain("192.0.2.250", shown, StringComparison.Ordinal);

        rig.Press("p");
        Assert.Contains("192.0.2.250", rig.Draw(), StringComparison.Ordinal);
        Assert.Contains("LIVE", rig.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_collector_leaves_the_views_to_be_browsed_and_the_tail_resumes_where_it_was()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        await rig.UntilAsync(() => rig.Collector.Requests.OfType<TailEventsRequest>().Any());
        rig.Collector.Break(new CollectorException(CollectorFailure.Unreachable, "No collector answers."));
        rig.Feed.RetryNow();
        var shown = await rig.UntilShownAsync("DOWN");
        Assert.Contains("data as of 12:04:31Z", shown, StringComparison.Ordinal);
        rig.Press("2 j a");
        Assert.Contains("ack: the collector cannot be reached", rig.Draw(), StringComparison.Ordinal);
        Assert.Contains("› C NEW   Registration brute force", rig.Draw(), StringComparison.Ordinal);

        rig.Collector.Failure = null;
        rig.Press("R");
        await rig.UntilShownAsync("col-1 UP");
        await rig.UntilAsync(() =>
        {
            rig.Feed.RetryNow();
            return rig.Collector.Requests.OfType<TailEventsRequest>().Any(r => r.AfterPosition == 139);
        });
    }

    [Fact]
    public async Task A_refused_operator_is_told_how_to_get_in()
    {
        var collector = SampleData.Create();
        collector.Failure = new CollectorException(CollectorFailure.NotAuthenticated, "The collector does not know you.");
        await using var rig = new ScreenRig(collector);
        rig.Feed.Start(collector);
        var shown = await rig.UntilShownAsync("does not know you");
        Assert.Contains("sensornet login", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_every_action_of_the_view_and_searches()
    {
        await using var rig = await new ScreenRig(SampleData.Create(), 100, 60).StartAsync();
        rig.Press("2 ?");
        var help = rig.Draw();
        foreach (var action in rig.Screens.Top.Actions)
        {
            Assert.Contains(action.Title, help, StringComparison.Ordinal);
        }

        rig.Type("dismiss");
        Assert.DoesNotContain("resolve", rig.Draw().Split("undo")[0].Split('\n').Skip(2).Take(8).Aggregate("", (a, b) => a + b), StringComparison.Ordinal);
        rig.Press("escape");
        Assert.DoesNotContain("Help:", rig.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copying_sends_base64_to_the_operators_clipboard_and_nothing_else()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 y");
        Assert.Equal("\e]52;c;" + Convert.ToBase64String("203.0.113.77"u8) + "\a", System.Text.Encoding.ASCII.GetString(rig.Screens.TakeExtraOutput()));
    }

    [Fact]
    public async Task A_certificate_is_revoked_only_after_its_name_was_typed()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("7");
        await rig.UntilShownAsync("edge-4");
        rig.Press("K y enter");
        Assert.Empty(rig.Collector.Requests.OfType<RevokeCertificateRequest>());
        rig.Press("backspace");
        rig.Type("edge-1");
        rig.Press("enter");
        await rig.UntilAsync(() => rig.Collector.Requests.OfType<RevokeCertificateRequest>().Any(r => r.Name == "edge-1"));
    }

    [Fact]
    public async Task A_terminal_that_is_too_small_says_what_it_needs()
    {
        await using var rig = await new ScreenRig(SampleData.Create(), 50, 12).StartAsync();
        Assert.Contains("needs 60x15", rig.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_text_in_every_field_is_harmless_on_every_screen()
    {
        foreach (var hostile in HostileText.Corpus)
        {
            await using var rig = await new ScreenRig(HostileWorld.Create(hostile), 160, 50).StartAsync();
            var output = new OutputBuffer();
            var renderer = new Renderer(ColorDepth.TrueColor, Charset.Utf8, output);
            var emulator = new TerminalEmulator(160, 50);
            foreach (var view in rig.Screens.Views.Select(v => v.Id).ToList())
            {
                rig.Screens.Show(view);
                for (var i = 0; i < 3; i++)
                {
                    rig.Draw();
                    output.Clear();
                    renderer.Render(rig.Screen);
                    emulator.Feed(output.Written);
                    rig.Press(i == 0 ? "enter" : "escape");
                }
            }

            foreach (var keys in new[] { "2 E", "2 b", "2 Q", "2 c", "8 h", "8 T enter", "B enter", "4 enter enter", "6 A", "3 j P" })
            {
                rig.Press(keys);
                await rig.UntilShownAsync(s => !s.Contains("asking", StringComparison.Ordinal), keys);
                output.Clear();
                renderer.Render(rig.Screen);
                emulator.Feed(output.Written);
                rig.Press("escape escape escape");
            }
        }
    }

    [Theory]
    [InlineData("overview")]
    [InlineData("alerts")]
    [InlineData("events")]
    [InlineData("sensors")]
    [InlineData("statistics")]
    public async Task A_frame_allocates_at_most_eight_kilobytes(string view)
    {
        await using var rig = await new ScreenRig(SampleData.Create(), 160, 50).StartAsync();
        rig.Screens.Show(view);
        await rig.UntilAsync(() => rig.Model is { Rates: not null, Sensors.Count: > 0, Sources.Count: > 0 });
        for (var i = 0; i < 200; i++)
        {
            rig.Draw();
        }

        const int frames = 100;
        var added = Enumerable.Range(0, frames)
            .Select(i => SampleData.Event((ulong)(1000 + i), EventType.SipAuthFailed, Severity.Warning, "198.51.100.7", "1042", "wrong password", i)).ToList();
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var stored in added)
        {
            rig.Model.Events.Add(stored);
            rig.Screens.Draw(rig.Screen);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / frames, 0, 8 * 1024);
    }

    [Theory]
    [InlineData(80, 24)]
    [InlineData(160, 50)]
    public async Task A_row_that_arrives_in_the_live_tail_costs_at_most_350_octets(int width, int height)
    {
        await using var rig = await new ScreenRig(SampleData.Create(), width, height).StartAsync();
        rig.Press("3");
        var output = new OutputBuffer();
        var renderer = new Renderer(ColorDepth.TrueColor, Charset.Utf8, output);
        renderer.Render(rig.Screen);
        for (var i = 0; i < 5; i++)
        {
            rig.Model.Events.Add(SampleData.Event((ulong)(1000 + i), EventType.SipAuthFailed, Severity.Warning, "198.51.100.7", "1042@pbx.example.net", "REGISTER of 1042 refused with 401, attempt 2", i));
            rig.Draw();
            output.Clear();
            renderer.Render(rig.Screen);
            Assert.InRange(output.Length, 1, 350);
        }
    }

    [Fact]
    public async Task The_palette_finds_an_action_by_its_letters_and_runs_it()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 ctrl-p");
        rig.Type("sts");
        Assert.Contains("Stats", rig.Draw(), StringComparison.Ordinal);
        rig.Press("enter");
        Assert.Contains("[9 Stat]", rig.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_listed_is_exported_as_csv_that_no_spreadsheet_runs()
    {
        using var folder = new PrivateFolder();
        var collector = SampleData.Create();
        collector.Alerts["a1f0c2"].Title = "=HYPERLINK(\"x\"), said";
        await using var rig = await new ScreenRig(collector).StartAsync();
        rig.Press("2 w ctrl-u");
        rig.Type(folder.File("alerts.csv"));
        rig.Press("enter");
        await rig.UntilShownAsync("Wrote");
        var lines = File.ReadAllLines(folder.File("alerts.csv"));
        Assert.Equal(6, lines.Length);
        Assert.StartsWith("S,STATE,ALERT,SOURCE", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("C,NEW,\"'=HYPERLINK(\"\"x\"\"), said\",203.0.113.77", lines[1], StringComparison.Ordinal);

        // A file that exists is never replaced.
        rig.Press("w ctrl-u");
        rig.Type(folder.File("alerts.csv"));
        rig.Press("enter");
        await rig.UntilShownAsync("Not written");
    }

    [Fact]
    public async Task A_list_is_sorted_by_any_column_and_back_in_its_own_order()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 o f");
        Assert.Contains("sort HITS down", rig.Draw(), StringComparison.Ordinal);
        Assert.Matches("(?s)4,812.*2,309.*611.*140.*37 ", rig.Draw());
        rig.Press("O");
        Assert.Matches("(?s)37 .*140.*611.*2,309.*4,812", rig.Draw());
        rig.Press("o");
        Assert.Contains("the view's own order", rig.Draw(), StringComparison.Ordinal);
        rig.Press("l");
        Assert.DoesNotContain("sort HITS", rig.Draw(), StringComparison.Ordinal);
        Assert.Matches("(?s)INVITE flood.*Registration brute.*Toll fraud", rig.Draw());
    }

    [Fact]
    public async Task What_is_copied_is_as_harmless_as_what_is_shown()
    {
        var collector = SampleData.Create();
        collector.Calls[0].CallId = "x\nrm -rf ~\r\e[A\u202E";
        await using var rig = await new ScreenRig(collector).StartAsync();
        rig.Press("4");
        await rig.UntilShownAsync("882160001234");
        rig.Press("y");
        var sent = System.Text.Encoding.ASCII.GetString(rig.Screens.TakeExtraOutput());
        var copied = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(sent["\e]52;c;".Length..^1]));
        Assert.Equal("x.rm -rf ~..[A.", copied);
    }
}

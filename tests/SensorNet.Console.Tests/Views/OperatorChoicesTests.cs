using SensorNet.Console.Client;
using SensorNet.Console.Tests.Support;
using SensorNet.V1;

namespace SensorNet.Console.Tests.Views;

/// <summary>What operators make their own: keys, columns, filters, contexts, and the way back.</summary>
public sealed class OperatorChoicesTests
{
    [Fact]
    public async Task Keys_of_keys_yaml_replace_the_usual_ones_everywhere()
    {
        var keys = KeymapReader.Parse("keys.yaml", "alerts.ack: K\nprompt: [ctrl-x, f2]\n");
        await using var rig = await new ScreenRig(SampleData.Create(), setup: s => s with { Keys = keys }).StartAsync();
        rig.Press("2");
        Assert.Contains(" K ack", rig.Draw(), StringComparison.Ordinal);
        rig.Press("a");
        Assert.Empty(rig.Collector.Requests.OfType<UpdateAlertRequest>());
        rig.Press("K");
        await rig.UntilAsync(() => rig.Collector.Alerts["a1f0c2"].Status == AlertStatus.Acknowledged);
    }

    [Theory]
    [InlineData("alerts.ack: a\nalerts.akc: b\n", "keys.yaml:2: there is no action 'alerts.akc'")]
    [InlineData("alerts.ack: r\n", "keys.yaml:1: 'r' is already the key of alerts.resolve")]
    [InlineData("\nalerts.ack: hyper-a\n", "keys.yaml:2: 'hyper-a' is no key")]
    [InlineData("alerts.ack: {}\n", "keys.yaml:1: 'alerts.ack' needs a key or a list of keys")]
    [InlineData("- a\n", "keys.yaml:1: the file must hold 'action.id: key' lines")]
    public void What_keys_yaml_cannot_mean_is_an_error_with_its_line(string text, string expected)
    {
        var failure = Assert.Throws<ConfigurationException>(() =>
        {
            var keys = KeymapReader.Parse("keys.yaml", text);
            _ = new ScreenRig(SampleData.Create(), setup: s => s with { Keys = keys });
        });
        Assert.StartsWith(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_are_chosen_and_stay_chosen_in_the_next_session()
    {
        using var folder = new PrivateFolder();
        var state = folder.File("state");
        await using (var rig = await new ScreenRig(SampleData.Create(), setup: s => s with { StateDirectory = state }).StartAsync())
        {
            rig.Press("2 c e i enter");
            Assert.Contains(" RULE", rig.Draw(), StringComparison.Ordinal);
            Assert.DoesNotContain(" LAST ", rig.Draw(), StringComparison.Ordinal);
        }

        await using var next = await new ScreenRig(SampleData.Create(), setup: s => s with { StateDirectory = state }).StartAsync();
        next.Press("2");
        Assert.Contains(" RULE", next.Draw(), StringComparison.Ordinal);
        next.Press("c l enter");
        Assert.DoesNotContain(" RULE ", next.Draw().Split('\n')[3], StringComparison.Ordinal);
        Assert.Contains(" LAST ", next.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_is_saved_under_a_name_and_found_by_prompt_and_palette()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 /");
        rig.Type("flood");
        rig.Press("enter :");
        rig.Type("save floods");
        rig.Press("enter escape 1 :");
        rig.Type("floods");
        rig.Press("enter");
        Assert.Contains("Alerts 1 open of 6", rig.Draw(), StringComparison.Ordinal);
        rig.Press("1 ctrl-p");
        rig.Type("filter floods");
        Assert.Contains("filter floods: alerts flood", rig.Draw(), StringComparison.Ordinal);
        rig.Press("enter");
        Assert.Contains("[2 Alrt]", rig.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Brackets_go_back_and_forward_through_views_with_filter_and_cursor()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 j j 6 8 [ [");
        Assert.Contains("› H ACK   Toll fraud", rig.Draw(), StringComparison.Ordinal);
        rig.Press("]");
        Assert.Contains("[6 Src]", rig.Draw(), StringComparison.Ordinal);
        rig.Press("[ [ [");
        Assert.Contains("this is where you began", rig.Draw(), StringComparison.Ordinal);
        Assert.Contains("[1 Ovw]", rig.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_range_is_marked_from_the_last_mark_to_the_cursor()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 space j j v");
        Assert.Contains("4 marked", rig.Draw(), StringComparison.Ordinal);
        rig.Press("ctrl-\\");
        Assert.DoesNotContain("marked", rig.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_context_is_another_collector_and_nothing_of_the_former_stays()
    {
        var other = new MemoryCollector { Status = new GetStatusResponse { CollectorId = "site-2" } };
        var contexts = new ConsoleConfig { Contexts = new Dictionary<string, ContextConfig> { ["site"] = new() } };
        await using var rig = await new ScreenRig(SampleData.Create(), setup: s => s with { Config = contexts, OpenContext = _ => other }).StartAsync();
        rig.Press(":");
        rig.Type("context si");
        rig.Press("tab enter");
        var shown = await rig.UntilShownAsync("site-2 UP");
        Assert.DoesNotContain("INVITE flood", shown, StringComparison.Ordinal);
        rig.Collector.PutAlert(SampleData.Alert("zz", AlertLevel.Critical, AlertStatus.Active, "r", "of the former", "203.0.113.99", -1, 5), "new");
        rig.Press("2");
        Assert.DoesNotContain("of the former", rig.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_prompt_remembers_what_was_typed_also_in_the_next_session()
    {
        using var folder = new PrivateFolder();
        var state = folder.File("state");
        await using (var rig = await new ScreenRig(SampleData.Create(), setup: s => s with { StateDirectory = state }).StartAsync())
        {
            rig.Press(":");
            rig.Type("calls 1042");
            rig.Press("enter");
        }

        await using var next = await new ScreenRig(SampleData.Create(), setup: s => s with { StateDirectory = state }).StartAsync();
        next.Press(": up");
        Assert.Contains(":calls 1042", next.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_without_a_clipboard_shows_what_was_to_be_copied()
    {
        using var folder = new PrivateFolder();
        await using var rig = await new ScreenRig(SampleData.Create(), setup: s => s with { CanCopy = false, StateDirectory = folder.File("state") }).StartAsync();
        rig.Press("2 y");
        Assert.Contains("Select it with the mouse", rig.Draw(), StringComparison.Ordinal);
        Assert.Equal(0, rig.Screens.TakeExtraOutput().Length);
        await rig.UntilAsync(() => Directory.Exists(folder.File("state")) && Directory.EnumerateFiles(folder.File("state"), "copied-*").Any(f => File.ReadAllText(f) == "203.0.113.77"));
    }

    [Fact]
    public async Task Events_are_narrowed_by_what_the_selected_one_has()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("3 j j j P s");
        await rig.UntilAsync(() => rig.Collector.Requests.OfType<TailEventsRequest>().Any(r => r.Query.StartsWith("source.ip:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_header_is_clicked_to_sort_and_a_row_twice_to_open()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2");
        rig.Draw();
        var header = rig.Draw().Split('\n')[3].IndexOf("HITS", StringComparison.Ordinal);
        rig.Screens.OnInput(new Console.Tui.InputEvent(Console.Tui.InputKind.MouseDown, X: header, Y: 3));
        Assert.Contains("sort HITS down", rig.Draw(), StringComparison.Ordinal);
        for (var click = 0; click < 2; click++)
        {
            rig.Screens.OnInput(new Console.Tui.InputEvent(Console.Tui.InputKind.MouseDown, X: 10, Y: 4));
        }

        Assert.Contains("Alerts > sip_invite_flood", rig.Draw(), StringComparison.Ordinal);
    }
}

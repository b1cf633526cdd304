using SensorNet.Console.Tests.Support;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Tests.Views;

/// <summary>What an operator does with keys, against a collector in memory.</summary>
public sealed class TriageTests
{
    [Fact]
    public async Task An_alert_is_acknowledged_with_one_key_and_that_can_be_undone()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 a");
        await rig.UntilShownAsync("u undoes it");
        Assert.Equal(AlertStatus.Acknowledged, rig.Collector.Alerts["a1f0c2"].Status);

        rig.Press("u");
        await rig.UntilAsync(() => rig.Collector.Alerts["a1f0c2"].Status == AlertStatus.Active);
    }

    [Fact]
    public async Task Undo_is_offered_for_ten_seconds_only()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 a");
        await rig.UntilShownAsync("u undoes it");
        rig.Clock.Now += TimeSpan.FromSeconds(11);

        rig.Press("u");

        Assert.Contains("there is nothing to undo", rig.Draw(), StringComparison.Ordinal);
        Assert.Equal(AlertStatus.Acknowledged, rig.Collector.Alerts["a1f0c2"].Status);
    }

    [Fact]
    public async Task Resolving_asks_first_and_takes_a_reason()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 r");
        Assert.Contains("Resolve this alert?", rig.Draw(), StringComparison.Ordinal);
        rig.Press("n");
        Assert.Equal(AlertStatus.Active, rig.Collector.Alerts["a1f0c2"].Status);

        rig.Press("r y");
        rig.Type("blocked upstream");
        rig.Press("enter");

        await rig.UntilAsync(() => rig.Collector.Alerts["a1f0c2"].Status == AlertStatus.Resolved);
        Assert.Equal("blocked upstream", rig.Collector.Requests.OfType<UpdateAlertRequest>().Single().Reason);
    }

    [Fact]
    public async Task Marked_alerts_are_changed_together()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 space space a");
        await rig.UntilShownAsync("2 alerts acknowledged");
        Assert.Equal(["a1f0c2", "b2e1d3"], rig.Collector.Requests.OfType<UpdateAlertRequest>().Select(r => r.AlertId).Order());
    }

    [Fact]
    public async Task An_alert_that_only_counts_on_meanwhile_is_still_acknowledged()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        var left = 2;
        rig.Collector.BeforeUpdate = request =>
        {
            if (left-- > 0)
            {
                rig.Collector.Alerts[request.AlertId].Revision++;
            }
        };

        rig.Press("2 a");
        await rig.UntilAsync(() => rig.Collector.Alerts["a1f0c2"].Status == AlertStatus.Acknowledged);
    }

    [Fact]
    public async Task An_alert_that_somebody_else_dealt_with_meanwhile_is_left_alone()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Collector.BeforeUpdate = request =>
        {
            var alert = rig.Collector.Alerts[request.AlertId];
            alert.Revision++;
            (alert.Status, alert.StatusBy) = (AlertStatus.Resolved, "bob");
        };

        rig.Press("2 a");
        await rig.UntilShownAsync("Not done: the alert has changed");
        Assert.Equal((AlertStatus.Resolved, "bob"), (rig.Collector.Alerts["a1f0c2"].Status, rig.Collector.Alerts["a1f0c2"].StatusBy));
    }

    [Fact]
    public async Task A_viewer_sees_why_an_action_is_not_for_him_and_nothing_is_sent()
    {
        var collector = SampleData.Create();
        collector.Me = new WhoAmIResponse { Name = "eve", Role = Role.Viewer };
        await using var rig = await new ScreenRig(collector).StartAsync();

        rig.Press("2 a");

        Assert.Contains("read-only (role viewer)", rig.Draw(), StringComparison.Ordinal);
        Assert.Contains("RO eve", rig.Draw(), StringComparison.Ordinal);
        Assert.Empty(collector.Requests.OfType<UpdateAlertRequest>());
    }

    [Fact]
    public async Task Pasted_text_never_acts_as_keys()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2");
        rig.Screens.OnInput(new InputEvent(InputKind.Paste, Text: "a"));
        rig.Press("r");
        rig.Screens.OnInput(new InputEvent(InputKind.Paste, Text: "y\r"));
        Assert.Contains("Resolve this alert?", rig.Draw(), StringComparison.Ordinal);
        rig.Press("escape");
        Assert.Empty(rig.Collector.Requests.OfType<UpdateAlertRequest>());

        rig.Press("n");
        rig.Screens.OnInput(new InputEvent(InputKind.Paste, Text: "two\nlines\e[2J"));
        Assert.Contains("note: two lines.[2J", rig.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cursor_stays_on_its_alert_when_a_more_pressing_one_arrives()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 j");
        rig.Collector.PutAlert(SampleData.Alert("zz", AlertLevel.Critical, AlertStatus.Active, "new_rule", "Brand new", "203.0.113.99", -1, 5), "new");
        var shown = await rig.UntilShownAsync("Brand new");

        Assert.Contains("› C NEW   Registration brute force", shown, StringComparison.Ordinal);
        Assert.Contains("CRITICAL: Brand new", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_critical_alert_rings_the_bell_once_in_five_seconds()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Screens.TakeExtraOutput();
        rig.Collector.PutAlert(SampleData.Alert("z1", AlertLevel.Critical, AlertStatus.Active, "r", "first", "203.0.113.99", -1, 5), "new");
        rig.Collector.PutAlert(SampleData.Alert("z2", AlertLevel.Critical, AlertStatus.Active, "r", "second", "203.0.113.98", -1, 5), "new");
        await rig.UntilShownAsync("second");
        Assert.Equal("\a"u8.ToArray(), rig.Screens.TakeExtraOutput().ToArray());

        rig.Clock.Now += TimeSpan.FromSeconds(6);
        rig.Press("!");
        rig.Collector.PutAlert(SampleData.Alert("z3", AlertLevel.Critical, AlertStatus.Active, "r", "third", "203.0.113.97", -1, 5), "new");
        await rig.UntilShownAsync("third");
        Assert.Equal(0, rig.Screens.TakeExtraOutput().Length);
    }

    [Fact]
    public async Task From_the_overview_to_a_resolved_alert_takes_fewer_than_ten_keys()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("enter");
        Assert.Contains("[2 Alrt]", rig.Draw(), StringComparison.Ordinal);
        rig.Press("a");
        await rig.UntilAsync(() => rig.Collector.Alerts["a1f0c2"].Status == AlertStatus.Acknowledged);
        rig.Press("enter escape r y enter");
        await rig.UntilAsync(() => rig.Collector.Alerts["a1f0c2"].Status == AlertStatus.Resolved);
    }
}

using SensorNet.Console.Tests.Support;
using SensorNet.Console.Tui;
using SensorNet.V1;

namespace SensorNet.Console.Tests.Views;

/// <summary>Blocking, allowing and releasing a source: nothing happens by a slip of a finger.</summary>
public sealed class SourceDialogTests
{
    [Fact]
    public async Task The_dialog_begins_at_cancel()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 b");
        await rig.UntilShownAsync("0 answered calls");
        rig.Press("enter");
        Assert.DoesNotContain("Block 203.0.113.77?", rig.Draw(), StringComparison.Ordinal);
        Assert.Empty(rig.Collector.Requests.OfType<AddEntriesRequest>());
    }

    [Fact]
    public async Task A_source_that_nobody_needs_is_blocked_with_three_keys_and_released_with_one()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 b");
        await rig.UntilShownAsync("0 answered calls");
        rig.Press("tab enter");
        await rig.UntilShownAsync("203.0.113.77 on blocked. u undoes it");
        var request = rig.Collector.Requests.OfType<AddEntriesRequest>().Single();
        Assert.Equal(("blocked", "203.0.113.77", 3600UL, "sip_invite_flood", false), (request.List, request.Values.Single(), request.ExpiresS, request.Comment, request.Force));

        rig.Press("u");
        await rig.UntilShownAsync("Undone: 1 taken off blocked");
        Assert.DoesNotContain(rig.Collector.Entries, e => e.Value == "203.0.113.77");
    }

    [Fact]
    public async Task A_source_with_answered_calls_is_blocked_only_after_the_end_of_its_address_was_typed()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 j j b");
        await rig.UntilShownAsync("37 answered calls");
        rig.Press("right enter");
        Assert.Contains("type 31 first", rig.Draw(), StringComparison.Ordinal);
        Assert.Empty(rig.Collector.Requests.OfType<AddEntriesRequest>());

        // The dialog went to the field itself; pasted text does not count.
        rig.Screens.OnInput(new InputEvent(InputKind.Paste, Text: "31"));
        rig.Press("enter enter");
        Assert.Empty(rig.Collector.Requests.OfType<AddEntriesRequest>());
        rig.Type("31");
        rig.Press("enter enter");
        await rig.UntilAsync(() => rig.Collector.Requests.OfType<AddEntriesRequest>().Any(r => r.Force && r.Values.Single() == "192.0.2.31"));
    }

    [Fact]
    public async Task Length_and_reason_can_be_set_and_a_wrong_length_is_named()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 b");
        await rig.UntilShownAsync("0 answered calls");
        rig.Press("tab tab ctrl-u");
        rig.Press("ctrl-k");
        rig.Type("soon");
        rig.Press("enter enter");
        Assert.Contains("'for' is not a length", rig.Draw(), StringComparison.Ordinal);
        rig.Press("ctrl-u");
        rig.Type("2d");
        rig.Press("enter enter");
        await rig.UntilAsync(() => rig.Collector.Requests.OfType<AddEntriesRequest>().Any(r => r.ExpiresS == 172_800));
    }

    [Fact]
    public async Task A_blocked_source_shows_its_state_and_is_released_again()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("6");
        await rig.UntilShownAsync("BLOCK 58m");
        rig.Press("j U");
        rig.Press("tab enter");
        await rig.UntilShownAsync("1 taken off blocked. u undoes it");
        var request = rig.Collector.Requests.OfType<RemoveEntriesRequest>().Single();
        Assert.Equal(("blocked", "198.51.100.7"), (request.List, request.Values.Single()));
    }

    [Fact]
    public async Task More_than_five_marked_sources_need_their_number_to_be_typed()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("6");
        await rig.UntilShownAsync("BLOCK 58m");
        rig.Press("* b");
        Assert.Contains("type 6 to confirm", rig.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewer_blocks_nothing()
    {
        var collector = SampleData.Create();
        collector.Me = new WhoAmIResponse { Name = "eve", Role = Role.Viewer };
        await using var rig = await new ScreenRig(collector).StartAsync();
        rig.Press("2 b");
        Assert.Contains("block: read-only (role viewer)", rig.Draw(), StringComparison.Ordinal);
    }
}

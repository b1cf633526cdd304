using SensorNet.Console.Display;
using SensorNet.Console.Tests.Support;
using SensorNet.V1;

namespace SensorNet.Console.Tests.Views;

/// <summary>Tuning, testing and silencing.</summary>
public sealed class RuleWorkTests
{
    [Fact]
    public async Task A_rule_is_tuned_for_a_group_with_a_comment_and_back()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("8");
        await rig.UntilShownAsync("gte=500 window=1m");
        rig.Press("t");
        Assert.Contains("gte=500 window=1m", rig.Draw().Split('\n')[22], StringComparison.Ordinal);
        rig.Press("ctrl-u");
        rig.Type("gte=600 group:edge # the dialer");
        rig.Press("enter");
        await rig.UntilShownAsync("sip_invite_flood: gte=600. u undoes it");
        var request = rig.Collector.Requests.OfType<TuneRuleRequest>().Single();
        Assert.Equal(("edge", 600.0, "the dialer", 7u), (request.Group, request.Thresholds.Gte, request.Comment, request.Revision));
        rig.Press("u");
        await rig.UntilAsync(() => rig.Collector.Requests.OfType<TuneRuleRequest>().Count() == 2);
    }

    [Fact]
    public async Task A_word_that_is_no_number_is_named_and_nothing_is_sent()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("8");
        await rig.UntilShownAsync("gte=500 window=1m");
        rig.Press("t ctrl-u");
        rig.Type("gte=many");
        rig.Press("enter");
        Assert.Contains("'gte=many' is not one of: gte=N", rig.Draw(), StringComparison.Ordinal);
        Assert.Empty(rig.Collector.Requests.OfType<TuneRuleRequest>());
    }

    [Fact]
    public async Task A_replay_test_says_what_the_rule_would_have_found()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("8");
        await rig.UntilShownAsync("gte=500 window=1m");
        rig.Press("T enter");
        var shown = await rig.UntilShownAsync("5 alerts (now 2)");
        Assert.Contains("also alerted on: 192.0.2.14", shown, StringComparison.Ordinal);
        Assert.Equal(SampleData.Nanoseconds(-86_400), rig.Collector.Requests.OfType<TestRuleRequest>().Single().Time.From);
    }

    [Fact]
    public async Task An_alerts_rule_is_silenced_for_its_source()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 Q s");
        rig.Type("our own scanner");
        rig.Press("enter");
        await rig.UntilShownAsync("Silenced rule:sip_invite_flood source:203.0.113.77");
        var request = rig.Collector.Requests.OfType<AddSilenceRequest>().Single();
        Assert.Equal((86_400UL, "our own scanner"), (request.DurationS, request.Silence.Reason));
        rig.Press("u");
        await rig.UntilAsync(() => rig.Collector.Requests.OfType<RemoveSilenceRequest>().Any());
    }

    [Fact]
    public async Task An_incident_is_resolved_with_all_its_alerts()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("2 i");
        await rig.UntilShownAsync("Incidents 2 open of 3");
        rig.Press("r y enter");
        await rig.UntilShownAsync("(2 alerts). u undoes it");
        Assert.Equal((AlertStatus.Resolved, "1c0ffee1"), rig.Collector.Requests.OfType<UpdateIncidentRequest>().Select(r => (r.Status, r.IncidentId)).Single());
    }

    [Theory]
    [InlineData("gte=50 window=1m level=high", "gte=50 window=1m level=high")]
    [InlineData("gt=0.5 window=90s enabled=false", "gt=0.5 window=90s enabled=false")]
    [InlineData("dry_run=true window=3600", "window=1h dry_run=true")]
    public void Numbers_are_written_in_the_words_in_which_they_are_read(string given, string expected)
    {
        Assert.Null(RuleText.Parse(given.Split(' '), out var numbers));
        Assert.Equal(expected, RuleText.Of(numbers));
    }

    [Theory]
    [InlineData("rule:sip_* source:203.0.113.0/24 for:2d our scanner", "rule:sip_* source:203.0.113.0/24", 172_800UL, "our scanner", null)]
    [InlineData("only words", "", 86_400UL, "only words", "A silence needs one of")]
    [InlineData("source:nowhere", "", 86_400UL, "", "'nowhere' is neither an address")]
    [InlineData("rule:x for:long", "rule:x", 86_400UL, "", "'long' is not a length")]
    public void A_silence_is_read_from_one_line(string text, string matcher, ulong seconds, string reason, string? complaint)
    {
        var said = SilenceText.Parse(text, out var request);
        Assert.Equal(complaint is null, said is null);
        Assert.StartsWith(complaint ?? "", said ?? "", StringComparison.Ordinal);
        Assert.Equal((matcher, seconds, reason), (SilenceText.Of(request.Silence), request.DurationS, request.Silence.Reason));
    }
}

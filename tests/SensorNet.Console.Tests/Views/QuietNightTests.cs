using Google.Protobuf;
using SensorNet.Console.Client;
using SensorNet.Console.Tests.Support;
using SensorNet.Console.Views;
using SensorNet.V1;

namespace SensorNet.Console.Tests.Views;

/// <summary>What the screens say before everything has come, and while little comes.</summary>
public sealed class QuietNightTests
{
    [Fact]
    public async Task The_live_tail_leaves_out_what_comes_all_the_time_until_it_is_wanted_or_filtered_for()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("3");
        Assert.Contains("without routine (z)", rig.Draw(), StringComparison.Ordinal);
        Assert.Equal(RoutineEvents.Without, rig.Collector.Requests.OfType<TailEventsRequest>().Last().Query);

        rig.Press("z");
        await rig.UntilAsync(() => rig.Collector.Requests.OfType<TailEventsRequest>().Last().Query.Length == 0);
        Assert.DoesNotContain("without routine", rig.Draw(), StringComparison.Ordinal);

        rig.Press("z /");
        rig.Type("type:sip.counters");
        rig.Press("enter");
        await rig.UntilAsync(() => rig.Collector.Requests.OfType<TailEventsRequest>().Last().Query == "type:sip.counters");
        Assert.DoesNotContain("without routine", rig.Draw(), StringComparison.Ordinal);
        rig.Press("z");
        Assert.Contains("the filter alone says what is shown", rig.Draw(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cursor_stays_on_the_first_row_while_alerts_arrive_and_with_its_alert_afterwards()
    {
        await using var rig = new ScreenRig(SampleData.Create());
        rig.Model.Status = new GetStatusResponse();
        rig.Screens.Show("alerts");
        var view = (AlertsView)rig.Screens.Top;
        Put("first", AlertLevel.Low);
        Put("second", AlertLevel.High);
        Assert.Equal("second", view.SelectedId);

        rig.Model.AlertsAreComplete = true;
        Put("third", AlertLevel.Critical);
        Assert.Equal("second", view.SelectedId);

        void Put(string id, AlertLevel level)
        {
            rig.Model.Put(SampleData.Alert(id, level, AlertStatus.Active, "rule", "title " + id, "192.0.2.1", -10, 1));
            rig.Draw();
        }
    }

    [Fact]
    public async Task The_cursor_stays_with_its_alert_once_it_was_moved_also_while_others_arrive()
    {
        await using var rig = new ScreenRig(SampleData.Create());
        rig.Model.Status = new GetStatusResponse();
        rig.Screens.Show("alerts");
        var view = (AlertsView)rig.Screens.Top;
        foreach (var (id, level) in new[] { ("a", AlertLevel.High), ("b", AlertLevel.Medium) })
        {
            rig.Model.Put(SampleData.Alert(id, level, AlertStatus.Active, "rule", id, "192.0.2.1", -10, 1));
        }

        rig.Draw();
        rig.Press("j");
        rig.Model.Put(SampleData.Alert("c", AlertLevel.Critical, AlertStatus.Active, "rule", "c", "192.0.2.1", -10, 1));
        rig.Draw();
        Assert.Equal("b", view.SelectedId);
    }

    [Fact]
    public async Task The_top_stays_in_view_when_newer_alerts_push_an_unmoved_cursor_off_the_page()
    {
        await using var rig = new ScreenRig(SampleData.Create());
        (rig.Model.Status, rig.Model.AlertsAreComplete) = (new GetStatusResponse(), true);
        rig.Screens.Show("alerts");
        var view = (AlertsView)rig.Screens.Top;
        Put(0, 3);
        Assert.Equal("002", view.SelectedId);
        Put(3, 2);
        Assert.Equal("002", view.SelectedId);
        Put(5, 38);
        Assert.Equal("042", view.SelectedId);
        Assert.Contains("title 042", rig.Draw(), StringComparison.Ordinal);

        // Once it was moved it stays with what it is on, until it is brought back to the top.
        rig.Press("j");
        Assert.Equal("041", view.SelectedId);
        Put(43, 40);
        Assert.Equal("041", view.SelectedId);
        rig.Press("g");
        Put(83, 40);
        Assert.Equal("122", view.SelectedId);

        void Put(int from, int count)
        {
            for (var i = from; i < from + count; i++)
            {
                rig.Model.Put(SampleData.Alert($"{i:000}", AlertLevel.High, AlertStatus.Active, "rule", $"title {i:000}", "192.0.2.1", i, 1));
            }

            rig.Draw();
        }
    }

    [Fact]
    public async Task An_empty_view_says_that_it_is_asking_until_the_collector_answered()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Collector.Calls.Clear();
        rig.Collector.Holds = new TaskCompletionSource();
        rig.Press("4");
        var asking = rig.Draw();
        Assert.Contains("asking the collector", asking, StringComparison.Ordinal);
        Assert.DoesNotContain("No calls", asking, StringComparison.Ordinal);

        rig.Collector.Holds.SetResult();
        await rig.UntilShownAsync("No calls yet");
    }

    [Fact]
    public async Task The_heat_map_is_asked_for_again_soon_when_there_was_no_answer()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Collector.Failure = new CollectorException(CollectorFailure.Unreachable, "busy");
        rig.Press("9");
        await rig.UntilAsync(() => Heats() == 1);
        rig.Collector.Failure = null;
        rig.Clock.Now += TimeSpan.FromSeconds(31);
        rig.Draw();
        await rig.UntilAsync(() => Heats() == 2);

        int Heats() => rig.Collector.Requests.OfType<GetStatisticsRequest>().Count(r => r.BucketS == 3600);
    }

    [Fact]
    public async Task A_view_asks_again_soon_after_news_and_seldom_without()
    {
        await using var rig = await new ScreenRig(SampleData.Create()).StartAsync();
        rig.Press("7");
        await rig.UntilShownAsync("edge-1");
        rig.Clock.Now += TimeSpan.FromSeconds(10);
        Assert.InRange(rig.Screens.UntilNextChange()!.Value.TotalSeconds, 15, 20);

        rig.Model.News++;
        Assert.Equal(TimeSpan.Zero, rig.Screens.UntilNextChange());
    }

    [Fact]
    public void More_alerts_than_are_held_push_out_the_least_pressing()
    {
        var model = new ConsoleModel();
        for (var i = 0; i < 12_000; i++)
        {
            model.Put(SampleData.Alert($"{i:00000}", i < 11_000 ? AlertLevel.Low : AlertLevel.High, AlertStatus.Active, "rule", "title", "192.0.2.1", -i, 1));
        }

        Assert.InRange(model.AlertCount, 10_000, 10_500);
        Assert.Equal(1000, model.OpenCount(AlertLevel.High));
        Assert.NotNull(model.FindAlert("00000"));
    }

    [Fact]
    public void A_tail_is_read_no_deeper_than_to_its_events()
    {
        var response = new TailEventsResponse { Filtered = 7, Skipped = 3 };
        response.Events.Add(SampleData.Event(41, EventType.SipAuthFailed, Severity.Warning, "192.0.2.1", "1042", "wrong password", -1));
        response.Events.Add(SampleData.Event(42, EventType.SipMsgProbe, Severity.Warning, "192.0.2.2", "", "no SIP", 0));
        var batch = TailBatch.Parse(response.ToByteArray());
        Assert.Equal(3UL, batch.Skipped);
        Assert.Equal(response.Events, batch.Events.Select(octets => StoredEvent.Parser.ParseFrom(octets)));
        Assert.Throws<InvalidProtocolBufferException>(() => TailBatch.Parse([0x0A, 0x7F, 1]));
    }
}

using SensorNet.Collector.Alerts;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Alerts;

public sealed class AlertWatcherTests
{
    private readonly AlertWatcher watcher = new();

    [Fact]
    public void Counts_that_wait_become_one_with_the_newest_state()
    {
        for (ulong count = 1; count <= 3 * AlertWatcher.MostWaiting; count++)
        {
            Assert.True(watcher.TryPublish(Change("a", count == 1 ? "new" : "count", count)));
        }

        Assert.True(watcher.TryRead(out var change));
        Assert.Equal(("new", 3UL * AlertWatcher.MostWaiting), (change.Change, change.Alert.Count));
        Assert.False(watcher.TryRead(out _));
    }

    [Fact]
    public void A_count_after_its_alert_was_read_is_told()
    {
        watcher.TryPublish(Change("a", "new", 1));
        Assert.True(watcher.TryRead(out _));
        watcher.TryPublish(Change("a", "count", 2));
        Assert.True(watcher.TryRead(out var change));
        Assert.Equal(("count", 2UL), (change.Change, change.Alert.Count));
    }

    [Fact]
    public void What_people_did_is_told_change_by_change_in_order()
    {
        watcher.TryPublish(Change("a", "new", 1));
        watcher.TryPublish(Change("b", "new", 1));
        watcher.TryPublish(Change("a", "status", 1));
        watcher.TryPublish(Change("a", "note", 1));
        watcher.TryPublish(Change("a", "count", 5));
        Assert.Equal([("a", "new", 1UL), ("b", "new", 1), ("a", "status", 1), ("a", "note", 5)], Rest());
    }

    [Fact]
    public async Task Too_many_alerts_for_a_reader_are_an_error_after_those_that_were_kept()
    {
        var published = 0;
        while (watcher.TryPublish(Change($"{published}", "new", 1)))
        {
            published++;
        }

        Assert.Equal(AlertWatcher.MostWaiting, published);
        Assert.Equal(published, Rest().Count);
        await Assert.ThrowsAsync<TooSlowException>(async () => await watcher.WaitToReadAsync(TestContext.Current.CancellationToken));
    }

    private static WatchAlertsResponse Change(string id, string change, ulong count) => new() { Alert = new Alert { AlertId = id, Count = count }, Change = change };

    private List<(string Id, string Change, ulong Count)> Rest()
    {
        var rest = new List<(string, string, ulong)>();
        while (watcher.TryRead(out var change))
        {
            rest.Add((change.Alert.AlertId, change.Change, change.Alert.Count));
        }

        return rest;
    }
}

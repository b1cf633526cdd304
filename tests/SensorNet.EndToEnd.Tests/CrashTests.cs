using System.Globalization;
using System.Text.Json;
using SensorNet.Tests.Shared;

namespace SensorNet.EndToEnd.Tests;

/// <summary>Processes that die at the worst moment.</summary>
[Trait("Category", "Slow")]
public class CrashTests
{
    private static readonly string Day = Repository.TestData("captures", "day.pcap.gz");
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_collector_killed_in_mid_replay_loses_no_event_and_doubles_no_alert()
    {
        var (events, alerts) = await UndisturbedAsync(Day);

        using var system = new TestSystem();
        await system.StartCollectorAsync();
        await system.EnrolAsync("edge-1");
        using var replay = system.StartReplay("edge-1", Day);
        foreach (var threshold in new[] { 1_000, 4_000, 8_000 })
        {
            await StoredAsync(system, threshold, replay);
            system.KillCollector();
            await system.StartCollectorAsync();
        }

        (await replay.WaitAsync(Limit)).Succeeded();
        Assert.Equal(events, await EventCountsAsync(system));
        Assert.Equal(alerts, await AlertCountsAsync(system));
    }

    /// <summary>Attacks are shorter than the day: the collector dies when its first events are stored, and again a little later.</summary>
    [Theory]
    [InlineData("svcrack")]
    [InlineData("reg_hijack")]
    [InlineData("options_flood")]
    [InlineData("malformed")]
    [InlineData("bye_spoof")]
    [InlineData("generated/guessing_spoofed")]
    [InlineData("generated/hijack_add")]
    public async Task A_collector_killed_in_an_attack_raises_the_same_alerts(string name)
    {
        var capture = Repository.TestData("captures", name + ".pcap.gz");
        var (events, alerts) = await UndisturbedAsync(capture);
        using var system = new TestSystem();
        await system.StartCollectorAsync();
        await system.EnrolAsync("edge-1");
        using var replay = system.StartReplay("edge-1", capture);
        foreach (var threshold in new[] { 1, 200 })
        {
            await StoredAsync(system, threshold, replay);
            system.KillCollector();
            await system.StartCollectorAsync();
        }

        (await replay.WaitAsync(Limit)).Succeeded();
        Assert.NotEqual("", alerts);
        Assert.Equal(events, await EventCountsAsync(system));
        Assert.Equal(alerts, await AlertCountsAsync(system));
    }

    [Fact]
    public async Task A_sensor_killed_in_mid_replay_leaves_a_collector_that_takes_the_whole_replay_again()
    {
        using var system = new TestSystem();
        await system.StartCollectorAsync();
        await system.EnrolAsync("edge-1");
        using (var replay = system.StartReplay("edge-1", Day))
        {
            await StoredAsync(system, 2_000, replay);
            replay.Kill();
        }

        // What had been made before the kill is delivered first, then the file is played from its start.
        (await system.ReplayAsync("edge-1", Day)).Succeeded();
        var alerts = await system.AlertsAsync();
        Assert.Equal(alerts.Count, alerts.Select(a => a.Id).Distinct().Count());
    }

    private static async Task<(string Events, string Alerts)> UndisturbedAsync(string capture)
    {
        using var system = new TestSystem();
        await system.StartCollectorAsync();
        await system.EnrolAsync("edge-1");
        (await system.ReplayAsync("edge-1", capture)).Succeeded();
        return (await EventCountsAsync(system), await AlertCountsAsync(system));
    }

    private static async Task StoredAsync(TestSystem system, long events, RunningProgram replay)
    {
        while (!replay.HasExited)
        {
            var status = JsonDocument.Parse((await system.ConsoleAsync("status", "--json")).Succeeded()).RootElement;
            if (status.GetProperty("events").GetInt64() >= events)
            {
                return;
            }
        }
    }

    // The sensor's and the stages' events; what operators and the collector did meanwhile differs by the kills themselves.
    private static async Task<string> EventCountsAsync(TestSystem system)
    {
        var all = await system.ListAsync("events", "list", "--since", "100d", "--limit", "1000000");
        var types = all.Select(e => e.GetProperty("event.type").GetString()!)
            .Where(t => t is not ("console.audit" or "sensor.silent" or "sensor.gap" or "alert.fired"));
        return string.Join('\n', types.GroupBy(t => t).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} {g.Count()}")));
    }

    private static async Task<string> AlertCountsAsync(TestSystem system) =>
        string.Join('\n', (await system.AlertsAsync()).Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Id} {a.Rule} {string.Join(',', a.Sources.Order(StringComparer.Ordinal))} {a.Count}")).Order(StringComparer.Ordinal));
}

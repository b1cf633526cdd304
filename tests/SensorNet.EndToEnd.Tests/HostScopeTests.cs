using SensorNet.Tests.Shared;

namespace SensorNet.EndToEnd.Tests;

/// <summary>An operator confined to a host group neither sees nor touches what belongs to another.</summary>
[Trait("Category", "Slow")]
public class HostScopeTests
{
    [Fact]
    public async Task An_operator_of_one_group_sees_its_rows_and_no_others()
    {
        using var system = new TestSystem();
        await system.StartCollectorAsync();
        await EnrolAsync(system, "edge-a", "group-a");
        await EnrolAsync(system, "edge-b", "group-b");
        var capture = Repository.TestData("captures", "options_flood.pcap.gz");
        (await system.ReplayAsync("edge-a", capture)).Succeeded();
        (await system.ReplayAsync("edge-b", capture)).Succeeded();

        var all = await system.AlertsAsync();
        Assert.Contains(all, a => a.Host == "edge-a");
        Assert.Contains(all, a => a.Host == "edge-b");

        var token = Path.Combine(system.Directory, "token");
        var text = (await system.ConsoleAsync("tokens", "create", "--role", "operator", "--bearer", "--group", "group-a", "--quiet")).Succeeded().Trim();
        await File.WriteAllTextAsync(token, text);
        File.SetUnixFileMode(token, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string[] confined = ["--collector", $"https://{system.Address}", "--token-file", token];

        var alerts = (await system.ListAsync([.. confined, "alerts", "list"])).Select(ListedAlert.Read).ToList();
        Assert.NotEmpty(alerts);
        Assert.All(alerts, a => Assert.Equal("edge-a", a.Host));

        var events = await system.ListAsync([.. confined, "events", "list", "--since", "3650d", "--limit", "100000"]);
        Assert.NotEmpty(events);
        Assert.All(events, e => Assert.Equal("edge-a", e.GetProperty("host.name").GetString()));

        var sensors = await system.ListAsync([.. confined, "sensors", "list"]);
        Assert.Equal(["edge-a"], sensors.Select(s => s.GetProperty("id").GetString()));

        var others = all.First(a => a.Host == "edge-b");
        var touched = await system.ConsoleAsync([.. confined, "alerts", "ack", others.Id]);
        Assert.NotEqual(0, touched.ExitCode);
        Assert.Contains("no alert", touched.Errors, StringComparison.Ordinal);
        (await system.ConsoleAsync([.. confined, "alerts", "ack", alerts[0].Id])).Succeeded();
    }

    private static async Task EnrolAsync(TestSystem system, string name, string group)
    {
        var token = (await system.ConsoleAsync("tokens", "create", "--role", "sensor", "--name", name, "--group", group, "--quiet")).Succeeded().Trim();
        (await system.SensorAsync("join", system.Address, "--token", token, "--name", name, "--state-dir", system.SensorState(name))).Succeeded();
    }
}

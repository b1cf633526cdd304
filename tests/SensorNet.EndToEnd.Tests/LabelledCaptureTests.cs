using System.Text;
using SensorNet.Tests.Shared;

namespace SensorNet.EndToEnd.Tests;

/// <summary>
/// Every labelled capture through sensor, gRPC, collector, store and rules: attacks raise their alert against the true
/// source, benign traffic raises none above low.
/// </summary>
[Trait("Category", "Slow")]
public class LabelledCaptureTests(ITestOutputHelper output)
{
    public static TheoryData<string> Attacks => Captures("attacks");

    public static TheoryData<string> Benign => Captures("benign");

    public static TheoryData<string> Generated =>
        [.. Directory.GetFiles(Repository.TestData("captures", "generated"), "*.pcap.gz").Select(f => Path.GetFileName(f)[..^".pcap.gz".Length]).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task An_attack_raises_its_alert_against_its_true_source(string name)
    {
        var report = await ReportAsync(name, Repository.SharedData("captures", "attacks", name + ".json"), Repository.SharedData("captures", "attacks", name + ".pcap"));
        Assert.True(!report.Missed.Any(), $"{string.Join("; ", report.Missed)}\n{report}");
        Assert.Empty(report.Accusations);
    }

    /// <summary>Traffic that no rule was written for; see data/generate.</summary>
    [Theory]
    [MemberData(nameof(Generated))]
    public async Task Generated_attacks_are_told_of_every_source_and_harmless_traffic_raises_nothing_above_low(string name)
    {
        var report = await ReportAsync(name, Repository.TestData("captures", "generated", name + ".json.gz"), Repository.TestData("captures", "generated", name + ".pcap.gz"));
        Assert.All(report.Attacks, a => Assert.Equal(a.Sources, a.Told));
        Assert.Empty(report.Accusations);
    }

    [Theory]
    [MemberData(nameof(Benign))]
    public async Task Benign_traffic_raises_nothing_above_low(string name)
    {
        var alerts = await AlertsOfAsync(Repository.SharedData("captures", "benign", name + ".pcap"));
        output.WriteLine(Table(name, alerts));
        Assert.True(!alerts.Any(a => a.IsAtLeast("medium")), Table(name, alerts));
    }

    [Fact]
    public async Task A_day_of_both_raises_every_attack_and_accuses_nobody_innocent()
    {
        var report = await ReportAsync("day", Repository.TestData("captures", "day.json.gz"), Repository.TestData("captures", "day.pcap.gz"));
        Assert.Empty(report.Missed);
        Assert.Empty(report.Accusations);
    }

    private static TheoryData<string> Captures(string folder)
    {
        var data = new TheoryData<string>();
        var path = Path.Combine(Path.GetDirectoryName(Repository.Root)!, "shared", "data", "captures", folder);
        foreach (var file in Directory.Exists(path) ? Directory.GetFiles(path, "*.pcap") : [])
        {
            data.Add(Path.GetFileNameWithoutExtension(file));
        }

        // Where there is no labelled traffic, one row says so by being skipped.
        if (data.Count == 0)
        {
            data.Add("absent");
        }

        return data;
    }

    private async Task<DetectionReport> ReportAsync(string name, string labels, string capture)
    {
        using var system = await ReplayedAsync(capture);
        var alerts = await system.AlertsAsync();
        var report = new DetectionReport(name, GroundTruth.Load(labels), alerts, await system.FiredAtAsync());
        output.WriteLine($"{report}\n{Table(name, alerts)}");
        return report;
    }

    private static async Task<IReadOnlyList<ListedAlert>> AlertsOfAsync(string capture)
    {
        using var system = await ReplayedAsync(capture);
        return await system.AlertsAsync();
    }

    private static async Task<TestSystem> ReplayedAsync(string capture)
    {
        var system = new TestSystem();
        await system.StartCollectorAsync();
        await system.EnrolAsync("edge-1");
        (await system.ReplayAsync("edge-1", capture)).Succeeded();
        return system;
    }

    private static string Table(string name, IEnumerable<ListedAlert> alerts)
    {
        var text = new StringBuilder($"{name}\n");
        foreach (var alert in alerts)
        {
            text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"  {alert.Level,-9} {alert.Rule,-34} {string.Join(",", alert.Sources.Take(4)),-40} {alert.Count}");
        }

        return text.ToString();
    }
}

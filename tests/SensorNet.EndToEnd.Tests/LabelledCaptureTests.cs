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

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task An_attack_raises_its_alert_against_its_true_source(string name)
    {
        var truth = GroundTruth.Load(Repository.SharedData("captures", "attacks", name + ".json"));
        var alerts = await AlertsOfAsync(Repository.SharedData("captures", "attacks", name + ".pcap"));
        var missing = Missing(truth, alerts);
        output.WriteLine(Table(name, alerts));
        Assert.True(missing.Count == 0, $"{name}: no alert for {string.Join("; ", missing)}\n{Table(name, alerts)}");
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
        var truth = GroundTruth.Load(Repository.TestData("captures", "day.json.gz"));
        var alerts = await AlertsOfAsync(Repository.TestData("captures", "day.pcap.gz"));
        output.WriteLine(Table("day", alerts));
        Assert.Empty(Missing(truth, alerts));

        var accused = alerts.Where(a => a.IsAtLeast("medium") && a.Sources.Overlaps(truth.Innocents)).ToList();
        Assert.True(accused.Count == 0, Table("day, innocent", accused));
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

    private static async Task<IReadOnlyList<ListedAlert>> AlertsOfAsync(string capture)
    {
        using var system = new TestSystem();
        await system.StartCollectorAsync();
        await system.EnrolAsync("edge-1");
        (await system.ReplayAsync("edge-1", capture)).Succeeded();
        return await system.AlertsAsync();
    }

    private static List<string> Missing(GroundTruth truth, IReadOnlyList<ListedAlert> alerts)
    {
        var missing = new List<string>();
        foreach (var (label, rules) in ExpectedAlerts.For(truth))
        {
            var sources = truth.Events.Where(e => e.Type == label && e.Malicious && e.Source.Length > 0).Select(e => e.Source).ToHashSet();
            var raised = alerts.Where(a => rules.Contains(a.CatalogueId) && a.IsAtLeast(ExpectedAlerts.MinimumLevel(label))).ToList();
            if (!raised.Any(a => sources.Count == 0 || a.Sources.Overlaps(sources)))
            {
                missing.Add($"{label} from {string.Join(",", sources.Take(3))}: none of {string.Join(",", rules)}");
            }
        }

        return missing;
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

using SensorNet.Console.Tests.Support;
using SensorNet.Console.Tui;
using SensorNet.Console.Views;
using SensorNet.Tests.Shared;

namespace SensorNet.Console.Tests.Views;

/// <summary>
/// Every view as it looks, in every size, charset and without colours, against files in the repository. After a wanted
/// change: run with SENSORNET_WRITE_GOLDEN=1 and look at the difference.
/// </summary>
public sealed class GoldenScreenTests
{
    public static TheoryData<string, string, string> Screens
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var view in new[] { "overview", "alerts", "alert", "events", "event", "calls", "ladder", "registrations", "sources", "sensors", "rules", "statistics", "audit", "incidents", "silences", "lists", "entries", "explain", "history", "ruletest", "block", "columns", "help", "confirm", "down" })
            {
                foreach (var size in new[] { "80x24", "160x50", "60x15" })
                {
                    foreach (var charset in new[] { "utf8", "ascii", "mono" })
                    {
                        data.Add(view, size, charset);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task A_view_looks_as_its_golden_screen(string view, string size, string charset)
    {
        var parts = size.Split('x');
        await using var rig = new ScreenRig(
            SampleData.Create(),
            int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture),
            int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture),
            charset == "ascii" ? Charset.Ascii : Charset.Utf8,
            charset == "mono" ? ColorDepth.Mono : ColorDepth.TrueColor);
        await rig.StartAsync();

        var shown = await OpenAsync(rig, view);

        // Without colours the attributes are what tells things apart: they are part of the picture.
        var picture = charset == "mono" ? shown + Attributes(rig.Screen) : shown;
        var path = Repository.TestData("screens", $"{view}.{size}.{charset}.txt");
        if (Environment.GetEnvironmentVariable("SENSORNET_WRITE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, picture);
        }

        Assert.Equal(await File.ReadAllTextAsync(path), picture);
    }

    private static async Task<string> OpenAsync(ScreenRig rig, string view)
    {
        switch (view)
        {
            case "alert":
                rig.Press("2");
                await DetailAsync(rig);
                rig.Press("enter");
                return await rig.UntilShownAsync("EVIDENCE");
            case "alerts":
                rig.Press("2");
                await DetailAsync(rig);
                return rig.Draw();
            case "event":
                rig.Press("3 j enter");
                return await rig.UntilShownAsync("event.type");
            case "ladder":
                rig.Press("4");
                await rig.UntilShownAsync("882160001234");
                rig.Press("enter");
                return await rig.UntilShownAsync("INVITE");
            case "explain":
                rig.Press("2 E");
                return await rig.UntilShownAsync("reached  4812 where 50 was needed");
            case "history":
                rig.Press("8");
                await rig.UntilShownAsync("sip_invite_flood");
                rig.Press("h");
                return await rig.UntilShownAsync("rev 7");
            case "ruletest":
                rig.Press("8");
                await rig.UntilShownAsync("sip_invite_flood");
                rig.Press("T ctrl-u");
                rig.Type("gte=400 since:24h");
                rig.Press("enter");
                await rig.UntilAsync(() => rig.Screens.Top is RuleTestView { IsDone: true });
                return rig.Draw();
            case "entries":
                rig.Press("B");
                await rig.UntilShownAsync("carriers");
                rig.Press("enter");
                return await rig.UntilShownAsync("198.51.100.90/32");
            case "block":
                rig.Press("2 j j");
                await rig.UntilAsync(() => rig.Model.StaleDetailOf(rig.Model.Alerts[2]) is not null || rig.Draw().Length == 0);
                rig.Press("b");
                return await rig.UntilShownAsync("WARNING");
            case "columns":
                rig.Press("2");
                await DetailAsync(rig);
                rig.Press("c");
                return await rig.UntilShownAsync("as the width allows");
            case "help":
                rig.Press("2");
                await DetailAsync(rig);
                rig.Press("?");
                return await rig.UntilShownAsync("Help: Alerts");
            case "confirm":
                rig.Press("2");
                await DetailAsync(rig);
                rig.Press("r");
                return await rig.UntilShownAsync("Resolve this alert?");
            case "down":
                await OverviewAsync(rig);
                rig.Collector.Break(new SensorNet.Console.Client.CollectorException(SensorNet.Console.Client.CollectorFailure.Unreachable, "No collector answers."));

                // From some attempt on the pause between two is always the same, however many there were.
                await rig.UntilAsync(() =>
                {
                    rig.Feed.RetryNow();
                    return rig.Model.Link.Attempt > 8;
                });
                return await rig.UntilShownAsync("retry in 15s");
            case "overview":
                await OverviewAsync(rig);
                return rig.Draw();
            default:
                rig.Screens.Show(view);
                await rig.UntilAsync(() => view switch
                {
                    "calls" => rig.Model.Calls.Count > 0,
                    "registrations" => rig.Model.Registrations.Count > 0,
                    "sources" => rig.Model.Sources.Count > 0 && rig.Model.Entries.Count > 0 && (rig.Draw().Contains("failed   12", StringComparison.Ordinal) || rig.Screen.Height < 20),
                    "sensors" => rig.Model.Sensors.Count > 0,
                    "rules" => rig.Model.Rules.Count > 0 && (rig.Draw().Contains("gte=500", StringComparison.Ordinal) || rig.Screen.Height < 20),
                    "incidents" => rig.Model.Incidents.Count > 0 && (rig.Draw().Contains("TIMELINE", StringComparison.Ordinal) || rig.Screen.Height < 20),
                    "silences" => rig.Model.Silences.Count > 0,
                    "lists" => rig.Model.Lists.Count > 0 && rig.Model.Entries.Count > 0,
                    "statistics" => rig.Model is { Statistics: not null, Calls.Count: > 0 } && !rig.Draw().Contains("asking ...", StringComparison.Ordinal),
                    "audit" => rig.Model.Audit.Count > 0,
                    _ => true,
                });
                return rig.Draw();
        }
    }

    private static Task OverviewAsync(ScreenRig rig) =>
        rig.UntilAsync(() => rig.Model is { Rates: not null, Sensors.Count: > 0, Sources.Count: > 0 });

    /// <summary>Evidence is asked for when an alert is drawn under the cursor.</summary>
    private static Task DetailAsync(ScreenRig rig) =>
        rig.UntilAsync(() => rig.Model.StaleDetailOf(rig.Model.Alerts[0]) is not null || rig.Draw().Length == 0);

    private static string Attributes(Screen screen)
    {
        var map = new System.Text.StringBuilder("--\n");
        for (var y = 0; y < screen.Height; y++)
        {
            var line = new System.Text.StringBuilder();
            foreach (var cell in screen.Row(y))
            {
                var attributes = cell.Style.Attributes;
                line.Append(attributes == TextAttributes.None ? ' ' : "0123456789ABCDEF"[(int)attributes]);
            }

            map.Append(line.ToString().TrimEnd()).Append('\n');
        }

        return map.ToString();
    }
}

using SensorNet.Sensor.Dialogs;
using SensorNet.Tests.Shared;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Dialogs;

/// <summary>Every labelled capture gives the events that its driver's ground truth says, with the true source, user and codes.</summary>
public sealed class LabelledCaptureTests
{
    public static TheoryData<string> Captures =>
    [
        "attacks/bye_spoof.pcap", "attacks/credential_stuffing_distributed.pcap", "attacks/dialplan_scan.pcap", "attacks/enum_options_invite.pcap",
        "attacks/enum_register.pcap", "attacks/enum_register_hardened.pcap", "attacks/invite_flood.pcap", "attacks/options_flood.pcap",
        "attacks/reg_hijack.pcap", "attacks/register_flood.pcap", "attacks/register_flood_distributed.pcap", "attacks/svcrack.pcap",
        "attacks/svmap_scan.pcap", "attacks/toll_fraud.pcap", "attacks/wangiri.pcap", "benign/calls_udp.pcap", "benign/hard_negatives.pcap",
        "benign/presence_message_options.pcap", "benign/registrations.pcap", "benign/tcp_ipv6_fragments.pcap", "hep/hep_run_sip.pcap",
        "attacks/malformed.pcap", "attacks/nonsip.pcap", "mixed/day.pcap.gz",
    ];

    [Theory]
    [MemberData(nameof(Captures))]
    public void Every_labelled_event_is_told_as_it_was(string capture)
    {
        var path = Find(capture);
        var truth = GroundTruth.Read(path).Entries;

        // A capture with expiries ends before the grace time is over.
        var expires = truth.Any(e => e.Type == "reg-expired");
        var run = CaptureRun.Of(path, expires ? new TrackerOptions { ExpiryGrace = TimeSpan.FromSeconds(1) } : null);
        var failures = new List<string>();
        foreach (var entry in truth)
        {
            if (LabelCheck.Miss(entry, truth, run) is { } what)
            {
                failures.Add($"{entry.First:HH:mm:ss.fff} {entry.Type} {entry.Source} {entry.User} {entry.CallId} [{string.Join(',', entry.Codes)}] final {entry.Final} by '{entry.By}': {what}");
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n", failures));
        foreach (var type in truth.GroupBy(e => e.Type).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{capture,-48} {type.Key,-28} {type.Count(),5} labelled, {type.Count(),5} told as they were");
        }
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void No_call_is_told_twice_and_none_from_a_proxy(string capture)
    {
        var run = CaptureRun.Of(Find(capture));
        foreach (var type in new[] { EventType.SipCallStart, EventType.SipCallEnd })
        {
            Assert.All(
                run.OfType(type).Where(e => !e.Partial).GroupBy(e => e.Sip.CallId),
                calls => Assert.Single(calls));
        }

        Assert.DoesNotContain(run.Events, e => !e.Partial && LabelCheck.Source(e) is "127.0.0.10" && e.Type is not (EventType.SipOtherOk or EventType.SipSourceStats));
    }

    /// <summary>The bundled copy, where there is one with its labels; else the labelled traffic beside the checkout.</summary>
    private static string Find(string capture)
    {
        var name = Path.GetFileName(capture);
        var bundled = Repository.TestData("captures", name.EndsWith(".gz", StringComparison.Ordinal) ? name : name + ".gz");
        var labels = bundled.Replace(".pcap.gz", ".json", StringComparison.Ordinal);
        return File.Exists(bundled) && (File.Exists(labels) || File.Exists(labels + ".gz")) ? bundled : Repository.SharedData(["captures", .. capture.Split('/')]);
    }
}

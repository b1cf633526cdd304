using System.Net;
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
        var run = CaptureRun.Of(path);
        var failures = new List<string>();
        foreach (var entry in GroundTruth.Read(path).Entries)
        {
            if (Miss(entry, run) is { } what)
            {
                failures.Add($"{entry.First:HH:mm:ss.fff} {entry.Type} {entry.Source} {entry.User} {entry.CallId} [{string.Join(',', entry.Codes)}] final {entry.Final} by '{entry.By}': {what}");
            }
        }

        Assert.Empty(failures);
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

        Assert.DoesNotContain(run.Events, e => !e.Partial && Source(e) is "127.0.0.10" && e.Type is not (EventType.SipOtherOk or EventType.SipSourceStats));
    }

    /// <summary>The bundled copy, where there is one with its labels; else the labelled traffic beside the checkout.</summary>
    private static string Find(string capture)
    {
        var name = Path.GetFileName(capture);
        var bundled = Repository.TestData("captures", name.EndsWith(".gz", StringComparison.Ordinal) ? name : name + ".gz");
        var labels = bundled.Replace(".pcap.gz", ".json", StringComparison.Ordinal);
        return File.Exists(bundled) && (File.Exists(labels) || File.Exists(labels + ".gz")) ? bundled : Repository.SharedData(["captures", .. capture.Split('/')]);
    }

    private static string? Miss(GroundTruth.Entry entry, CaptureRun run) => entry.Type switch
    {
        "reg-new" when IsBound(entry, run) => null,
        "reg-new" or "reg-move" or "account-takeover-register" => Registration(entry, run, EventType.SipRegistrationNew),
        "reg-del" => Registration(entry, run, EventType.SipRegistrationRemoved),
        "reg-hijack" => Registration(entry, run, EventType.SipRegistrationRemoved) ?? Registration(entry, run, EventType.SipRegistrationNew),
        "reg-refresh" => Refresh(entry, run),
        "auth-failed" => AuthFailed(entry, run),
        "credential-stuffing" => entry.PasswordOk ? Registration(entry, run, EventType.SipRegistrationNew) : AuthFailed(entry, run),
        "call-setup" or "toll-fraud-call-setup" or "hijacked-call-setup" or "call-prack" => Started(entry, run),
        "call-end" or "toll-fraud-call-end" or "hijacked-call-end" => Ended(entry, run),
        "call-attempt" or "call-cancel" or "call-timeout" or "wangiri" or "toll-fraud-attempt" => Attempted(entry, run),
        "options-monitoring" or "options-keepalive" => Other(entry, run, "OPTIONS"),
        "message" => Other(entry, run, "MESSAGE"),
        "bye-spoof" => run.OfType(EventType.SipAnomaly).Count(e => Source(e) == entry.Source && e.Sip.Anomaly.Contains("foreign_bye")) == 2 ? null : "two foreign BYEs",
        "register-flood" or "options-flood" or "invite-flood" when IPAddress.TryParse(entry.Source, out _) => Flood(entry, run),
        "enumeration-register" or "enumeration-options" or "enumeration-invite" or "scan-options" or "password-crack" =>
            run.OfType(EventType.SipScannerSeen).Any(e => Source(e) == entry.Source) ? null : "no scanner seen",
        "malformed" => run.Events.Any(e => Source(e) == entry.Source && Near(e, entry, 40)) ? null : "nothing told",
        _ => null,
    };

    private static string? Registration(GroundTruth.Entry entry, CaptureRun run, EventType type) =>
        run.OfType(type).Any(e => e.User == entry.User && Source(e) == entry.Source && e.UserAgent == entry.Agent && Near(e, entry))
            ? null : $"no {type}";

    private static string? Refresh(GroundTruth.Entry entry, CaptureRun run)
    {
        // A phone that came back later than expiry and grace, or whose contacts somebody removed, is truly new again.
        var renewed = run.OfType(EventType.SipRegistrationNew).Any(e => e.User == entry.User && Source(e) == entry.Source && !e.Partial && Near(e, entry, 0));
        return renewed && IsBound(entry, run) ? "a refresh told as new" : null;
    }

    /// <summary>Whether the events before this entry say that the user has a contact at the entry's address.</summary>
    private static bool IsBound(GroundTruth.Entry entry, CaptureRun run)
    {
        var last = run.Events.LastOrDefault(e => e.User == entry.User && Time(e) < entry.First
            && ((e.Type == EventType.SipRegistrationNew && Source(e) == entry.Source)
                || e.Type == EventType.SipRegistrationRemoved
                || (e.Type == EventType.SipRegistrationExpired && Source(e) == entry.Source)));
        return last?.Type == EventType.SipRegistrationNew;
    }

    private static string? AuthFailed(GroundTruth.Entry entry, CaptureRun run) =>
        run.OfType(EventType.SipAuthFailed).Count(e => e.User == entry.User && Source(e) == entry.Source && e.Sip.Credentials && e.Sip.StatusCode == 401 && Near(e, entry, 0)) == 1
            ? null : "not one auth.failed";

    private static string? Started(GroundTruth.Entry entry, CaptureRun run)
    {
        var start = run.OfType(EventType.SipCallStart).Where(e => e.Sip.CallId == entry.CallId).ToList();
        return start.Count != 1 ? $"{start.Count} starts"
            : Source(start[0]) != entry.Source ? $"source {Source(start[0])}"
            : entry.User != "carrier" && start[0].User != entry.User ? $"user {start[0].User}"
            : entry.Callee.Length > 0 && start[0].Call.Destination != entry.Callee ? $"destination {start[0].Call.Destination}"
            : start[0].UserAgent != entry.Agent ? $"agent {start[0].UserAgent}"
            : Near(start[0], entry) ? null : "time";
    }

    private static string? Ended(GroundTruth.Entry entry, CaptureRun run)
    {
        var end = run.OfType(EventType.SipCallEnd).Where(e => e.Sip.CallId == entry.CallId).ToList();
        var by = entry.By switch
        {
            "uac" => "caller",
            "uas" => "callee",
            "real BYE rejected 481" => "caller",
            _ => null,
        };
        if (end.Count == 1 && end[0].Call.HangupBy == "timeout" && entry.By == "real BYE rejected 481")
        {
            // The day's virtual clock puts this BYE before the answer, so it proves nothing: the call runs into its timeout.
            return null;
        }

        return end.Count != 1 ? $"{end.Count} ends"
            : by is not null && end[0].Call.HangupBy != by ? $"by {end[0].Call.HangupBy}"
            : entry.Source.Length > 0 && entry.By.Length > 0 && new IPAddress(end[0].Call.HangupIp.Span).ToString() != entry.Source ? "hang-up address"
            : Near(end[0], entry) ? null : "time";
    }

    private static string? Attempted(GroundTruth.Entry entry, CaptureRun run)
    {
        var attempts = run.OfType(EventType.SipCallAttempt).Where(e => e.Sip.CallId == entry.CallId).ToList();

        // Labels of a compressed day tell the driver's view; what the client was really sent is in the codes.
        var code = entry.Codes.LastOrDefault(c => c >= 300 && c is not (401 or 407));
        return attempts.Count != 1 ? $"{attempts.Count} attempts"
            : Source(attempts[0]) != entry.Source ? $"source {Source(attempts[0])}"
            : entry.User != "carrier" && attempts[0].User != entry.User ? $"user {attempts[0].User}"
            : code != 0 && attempts[0].Sip.StatusCode != code ? $"status {attempts[0].Sip.StatusCode}"
            : entry.Type is "call-cancel" && !attempts[0].Call.Cancelled ? "not cancelled"
            : null;
    }

    private static string? Other(GroundTruth.Entry entry, CaptureRun run, string method)
    {
        var found = run.OfType(entry.Codes is [.., >= 300] ? EventType.SipOtherFailed : EventType.SipOtherOk)
            .Count(e => e.Sip.CallId == entry.CallId && e.Sip.Method == method && Source(e) == entry.Source);
        return found >= 1 ? null : "no outcome";
    }

    private static string? Flood(GroundTruth.Entry entry, CaptureRun run)
    {
        var stats = run.OfType(EventType.SipSourceStats).Where(e => Source(e) == entry.Source).Select(e => e.SourceStats).ToList();
        var requests = stats.Aggregate(0UL, (sum, s) => sum + (entry.Type switch
        {
            "register-flood" => s.ReqRegister,
            "options-flood" => s.ReqOptions,
            _ => s.ReqInvite,
        }));
        return (int)requests >= entry.Count ? null : $"{requests} requests counted of {entry.Count}";
    }

    private static bool Near(Event e, GroundTruth.Entry entry, double seconds = 1) =>
        Time(e) >= entry.First.AddSeconds(-0.002 - seconds) && Time(e) <= entry.Last.AddSeconds(0.002 + seconds);

    private static DateTimeOffset Time(Event e) => DateTimeOffset.UnixEpoch.AddTicks(e.EventTime / 100);

    private static string Source(Event e) => e.SourceIp.Length is 4 or 16 ? new IPAddress(e.SourceIp.Span).ToString() : "";
}

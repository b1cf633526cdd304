using System.Net;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Dialogs;

/// <summary>Holds events against a labelled capture's ground truth: source, user, agent, codes, who hung up, time.</summary>
internal static class LabelCheck
{
    /// <summary>What is wrong with the events of a labelled one; null when they say what the label says.</summary>
    public static string? Miss(GroundTruth.Entry entry, IReadOnlyList<GroundTruth.Entry> all, CaptureRun run) => entry.Type switch
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
        "register-flood" or "options-flood" or "invite-flood" => Flood(entry, run),
        "enumeration-register" or "enumeration-options" or "enumeration-invite" or "scan-options" => Scan(entry, run),
        "password-crack" => Scan(entry, run) ?? Cracked(entry, run),
        "dialplan-scan" => DialPlan(entry, run),
        "malformed" => Malformed(entry, run),
        "nonsip-probe" => Probe(entry, run),
        "reg-expired" => run.OfType(EventType.SipRegistrationExpired).Any(e => e.User == entry.User) ? null : "no expiry",
        "crlf-keepalive" => Keepalive(entry, all, run, "keepalive.crlf"),
        "nat-keepalive-null" => Keepalive(entry, all, run, "keepalive.zero"),
        "subscribe-notify" => Other(entry, run, "SUBSCRIBE") ?? InDialog(entry, run, "NOTIFY"),

        // sipsak did not use the source address that its label names.
        "sipsak-options" => run.OfType(EventType.SipOtherOk).Any(e => e.Sip.Method == "OPTIONS" && Near(e, entry, 0)) ? null : "no outcome",
        "call-refer" => Started(entry, run) ?? InDialog(entry, run, "REFER"),
        "indialog-INFO" or "indialog-UPDATE" => InDialog(entry, run, entry.Type["indialog-".Length..]),

        // An accepted INVITE inside a call is silent.
        "indialog-INVITE" => run.Events.Any(e => e.Sip?.CallId == entry.CallId && e.Sip.Method == "INVITE" && Near(e, entry, 0)) ? "told" : null,
        "tcp-segmentation" => run.OfType(EventType.SipOtherOk).Count(e => Source(e) == entry.Source && e.Sip.Method == "OPTIONS" && Near(e, entry)) == 3
            && run.Events.Any(e => Source(e) == entry.Source && e.Sip?.Method == "REGISTER" && Near(e, entry, 10)) ? null : "not one REGISTER and three OPTIONS",
        _ => "no check for this kind of label",
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
        run.OfType(EventType.SipAuthFailed).Count(e => e.User == entry.User && Source(e) == entry.Source && e.Sip.Credentials && e.Sip.StatusCode == 401 && e.UserAgent == entry.Agent && Near(e, entry, 0)) == 1
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
            : entry.Agent.Length > 0 && attempts[0].UserAgent != entry.Agent ? $"agent {attempts[0].UserAgent}"
            : entry.Type is "call-cancel" && !attempts[0].Call.Cancelled ? "not cancelled"
            : code != 0 && !Near(attempts[0], entry) ? "time"
            : null;
    }

    private static string? Other(GroundTruth.Entry entry, CaptureRun run, string method)
    {
        var found = run.OfType(entry.Codes is [.., >= 300] ? EventType.SipOtherFailed : EventType.SipOtherOk)
            .Count(e => (e.Sip.CallId == entry.CallId || entry.CallId.Length == 0) && e.Sip.Method == method && Source(e) == entry.Source && Near(e, entry));
        return found >= 1 ? null : "no outcome";
    }

    /// <summary>Inside a dialog or a subscription: told by its outcome, whoever of the two sent it.</summary>
    private static string? InDialog(GroundTruth.Entry entry, CaptureRun run, string method) =>
        run.OfType(EventType.SipOtherOk).Any(e => e.Sip.CallId == entry.CallId && e.Sip.Method == method && Near(e, entry)) ? null : $"no {method}";

    private static string? Flood(GroundTruth.Entry entry, CaptureRun run)
    {
        // "500 addresses 127.66.20.1..127.66.21.250": all sources together.
        var many = !IPAddress.TryParse(entry.Source, out _);
        var stats = run.OfType(EventType.SipSourceStats).Where(e => many ? Source(e).StartsWith("127.66.2", StringComparison.Ordinal) : Source(e) == entry.Source).ToList();
        var requests = stats.Aggregate(0UL, (sum, e) => sum + (entry.Type switch
        {
            "register-flood" => e.SourceStats.ReqRegister,
            "options-flood" => e.SourceStats.ReqOptions,
            _ => e.SourceStats.ReqInvite,
        }));
        return (int)requests < entry.Count ? $"{requests} requests counted of {entry.Count}"
            : many && stats.Select(Source).Distinct().Count() != 500 ? "not 500 sources"
            : !many && entry.Rate >= 150 && !run.OfType(EventType.SipRateExceeded).Any(e => Source(e) == entry.Source && Near(e, entry)) ? "no rate exceeded"
            : null;
    }

    private static string? Scan(GroundTruth.Entry entry, CaptureRun run)
    {
        // Half of the packets of a scan are requests, more where nobody answers; INVITEs are acknowledged too.
        var requests = run.OfType(EventType.SipSourceStats).Where(e => Source(e) == entry.Source && Near(e, entry, 10)).Sum(e => (long)e.SourceStats.Requests);
        return !run.OfType(EventType.SipScannerSeen).Any(e => Source(e) == entry.Source && e.UserAgent == entry.Agent && Near(e, entry)) ? "no scanner seen"
            : requests < entry.Packets / 2 ? $"{requests} requests counted in {entry.Packets} packets"
            : null;
    }

    private static string? Cracked(GroundTruth.Entry entry, CaptureRun run)
    {
        var attempts = run.OfType(EventType.SipAuthFailed).Where(e => Source(e) == entry.Source && e.User == entry.User).Select(e => (int)e.Sip.Attempts).ToList();
        return attempts.Count == 0 || !attempts.SequenceEqual(Enumerable.Range(1, attempts.Count)) ? $"attempts {string.Join(',', attempts)}" : null;
    }

    private static string? DialPlan(GroundTruth.Entry entry, CaptureRun run)
    {
        foreach (var (code, count) in entry.CodeCounts)
        {
            var told = code is 401 or 407
                ? run.OfType(EventType.SipAuthChallengeAbandoned).Where(e => Near(e, entry, 33))
                : run.OfType(EventType.SipCallAttempt).Where(e => Near(e, entry));
            var numbers = told.Where(e => Source(e) == entry.Source && e.Sip.StatusCode == code).Select(e => e.Call.Destination).Distinct().Count();
            if (numbers != count)
            {
                return $"{numbers} numbers of {count} with {code}";
            }
        }

        return null;
    }

    private static string? Malformed(GroundTruth.Entry entry, CaptureRun run)
    {
        var name = entry.Message.Replace(".dat", ".", StringComparison.Ordinal);
        name = name == "mpart01." ? "3d9485ad0c49859b@" : name;
        var told = run.Events.Any(e => Source(e) == entry.Source
            && (e.Sip?.CallId.StartsWith(name, StringComparison.Ordinal) == true || Near(e, entry, 0.03) || Near(e, entry.First.AddSeconds(32))));

        // What nobody answered is told after 32 s; a capture that ends before proves nothing.
        return told || (entry.Packets == 1 && Time(run.Events[^1]) < entry.First.AddSeconds(32)) ? null : "nothing told";
    }

    private static string? Probe(GroundTruth.Entry entry, CaptureRun run) => entry.Probe switch
    {
        "stun" or "rtp" => run.Counters[entry.Probe] > 0 ? null : "not counted",
        "empty" => null,
        "random" => Told(entry, run, "binary"),
        "one-byte" => Told(entry, run, "short"),
        "tls-hello" => Told(entry, run, "tls"),
        "nmap-nm" => run.Events.Any(e => Source(e) == entry.Source && e.Sip?.Method.Length > 0 && Near(e, entry, 33)) ? null : "nothing told",
        _ => Told(entry, run, entry.Probe),
    };

    private static string? Told(GroundTruth.Entry entry, CaptureRun run, string reason) =>
        run.OfType(EventType.SipMsgProbe).Any(e => Source(e) == entry.Source && (entry.Port == 0 || e.SourcePort == entry.Port) && e.Reason == reason && Near(e, entry, 0.01))
            ? null : $"no probe of {reason}";

    private static string? Keepalive(GroundTruth.Entry entry, IReadOnlyList<GroundTruth.Entry> all, CaptureRun run, string counter) =>
        run.Counters[counter] < (ulong)all.Count(e => e.Type == entry.Type) ? "not counted"
        : run.Events.Any(e => Source(e) == entry.Source && e.Type is EventType.SipMsgProbe or EventType.SipParseError) ? "told as a probe"
        : null;

    private static bool Near(Event e, GroundTruth.Entry entry, double seconds = 1) =>
        Time(e) >= entry.First.AddSeconds(-0.002 - seconds) && Time(e) <= entry.Last.AddSeconds(0.002 + seconds);

    private static bool Near(Event e, DateTimeOffset time) => (Time(e) - time).Duration() < TimeSpan.FromMilliseconds(250);

    private static DateTimeOffset Time(Event e) => DateTimeOffset.UnixEpoch.AddTicks(e.EventTime / 100);

    public static string Source(Event e) => e.SourceIp.Length is 4 or 16 ? new IPAddress(e.SourceIp.Span).ToString() : "";
}

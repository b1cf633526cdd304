using SensorNet.V1;
using static SensorNet.Collector.Tests.Detection.Events;
using static SensorNet.Collector.Tests.Detection.RuleExample;

namespace SensorNet.Collector.Tests.Detection;

/// <summary>Examples for the rules about credentials, registrations and scanners that no plain series shows.</summary>
internal static class SipExamples
{
    private const string Attacker = "203.0.113.9";
    private const string Yealink = "Yealink SIP-T46S 66.86.0.15";
    private const double Hour = 3600;

    public static IReadOnlyDictionary<string, Func<RuleExample>> All { get; } = new Dictionary<string, Func<RuleExample>>
    {
        // Credentials
        ["v05_bruteforce_cseq"] = () => Counted(4, i => AuthFailed(i, Attacker, "1005", "one-call", cseq: 2)),
        ["v05_bruteforce_accounts"] = () => Counted(8, i => AuthFailed(i * 10, Attacker, $"{1000 + (i % 4)}")),
        ["v05_bruteforce_stranger"] = () => new(
            [Registered(0, "192.0.2.1", "1005"), .. Enumerable.Range(0, 11).Select(i => AuthFailed(600 + (i * 20), Attacker, "1005"))], [AuthFailed(825, Attacker, "1005")]),
        ["v05_bruteforce_strangers"] = () => new(
            [Registered(0, "192.0.2.1", "1005"), Registered(1, "192.0.2.2", "1006"), .. Enumerable.Range(0, 7).Select(i => AuthFailed(600 + (i * 15), Attacker, $"{1005 + (i % 2)}"))],
            [AuthFailed(720, Attacker, "1006")]),
        ["v07_misconfigured_phones"] = () => new(
            [.. Enumerable.Range(0, 49).Select(i => AuthFailed(i * 60, Attacker, $"{1000 + (i % 5)}"))], [AuthFailed(2940, Attacker, "1004")]),
        ["v05_bruteforce_slow"] = () => Counted(30, i => AuthFailed(i * 600, Attacker, $"{1000 + (i % 6)}")),
        ["v06_distributed_bruteforce"] = () => Counted(10, i => AuthFailed(i * 60, $"198.51.100.{i + 1}", "1005")),
        ["v08_password_spray"] = () => Counted(10, i => AuthFailed(i * 120, Attacker, $"{1000 + i}")),
        ["v55_credential_stuffing"] = () => Counted(15, i => AuthFailed(i * 900, $"198.51.100.{i + 1}", $"{1000 + i}")),
        ["v55_takeover"] = () => new(
            [.. Enumerable.Range(0, 20).Select(i => AuthFailed(i * 60, $"198.51.100.{i + 1}", $"{1000 + i}")), Registered(1300, "192.0.2.200", "1099")],
            [Registered(1400, "198.51.100.8", "1007", "Linphone/3.6")]),
        ["v25_tool_registered"] = () => Single(Registered(0, Attacker, "1005"), Registered(1, Attacker, "1005", "friendly-scanner")),
        ["v25_success_after_bruteforce"] = () => new(
            [.. Enumerable.Range(0, 8).Select(i => AuthFailed(i * 10, Attacker, $"{1000 + (i % 4)}")), Registered(90, "192.0.2.200", "1003")],
            [Registered(100, Attacker, "1003")]),
        ["v25_success_after_spray"] = () => new(
            [.. Enumerable.Range(0, 10).Select(i => AuthFailed(i * 120, Attacker, $"{1000 + i}")), Registered(1300, "192.0.2.200", "1003")],
            [Registered(1400, Attacker, "1003")]),
        ["v31_nonce_reuse"] = () => Counted(3, i => Nonce(AuthFailed(i, $"198.51.100.{i + 1}", "1005"))),

        // Registrations
        ["v26_country_changed"] = () => new(
            [Country(Registered(0, "192.0.2.1", "1005"), "DE"), Country(Registered(60, "192.0.2.2", "1005"), "DE")],
            [Country(Registered(120, Attacker, "1005"), "FR")]),
        ["v27_agent_changed"] = () => new(
            [Registered(0, "192.0.2.1", "1005"), Registered(Hour, "192.0.2.1", "1005", "Zoiper v2")],
            [Registered(25 * Hour, "192.0.2.1", "1005", "snom715/8.9")]),
        ["v27_agent_and_network_changed"] = () => new(
            [Registered(0, "192.0.2.1", "1005"), Registered(25 * Hour, "192.0.2.1", "1005", "snom715/8.9"), Registered(26 * Hour, "198.51.100.1", "1005")],
            [Registered(27 * Hour, Attacker, "1005", "Zoiper v2")]),
        ["v28_registration_hijack"] = () => new(
            [Registered(0, "192.0.2.10", "1033"), Removed(60, Attacker, "1033", "192.0.2.10", "Zoiper v2")],
            [Registered(61, Attacker, "1033", "Zoiper v2")]),
        ["v28_second_network"] = () => new(
            [Registered(0, "192.0.2.10", "1033"), Registered(60, "198.51.100.1", "1033")],
            [Registered(120, Attacker, "1033", "Zoiper v2")]),
        ["v29_foreign_removal"] = () => new(
            [Registered(0, "192.0.2.10", "1033"), Removed(60, "198.51.100.1", "1033", "192.0.2.10", Yealink)],
            [Removed(120, Attacker, "1033", "192.0.2.10", "Zoiper v2")]),
        ["v29_removal_elsewhere"] = () => new(
            [Registered(0, "192.0.2.10", "1033"), Removed(60, "192.0.2.10", "1033", "192.0.2.10", Yealink)],
            [Removed(120, "198.51.100.1", "1033", "192.0.2.10", Yealink)]),
        ["v30_odd_expiry"] = () => Counted(3, i => Expires(Registered(i * 100, "192.0.2.1", "1005"), i == 0 ? 100_000u : 10u)),
        ["v53_tls_downgrade"] = () => Single(Cipher(Registered(0, "192.0.2.1", "1005"), "ECDHE-RSA-AES256-GCM-SHA384"), Cipher(Registered(1, "192.0.2.1", "1005"), "RC4-SHA")),
        ["v23_unexpected_port"] = () => Single(Port(Registered(0, "192.0.2.1", "1005"), 5060), Port(Registered(1, "192.0.2.1", "1005"), 15060)),

        // Scanners
        ["v01_scanner_agent"] = () => Single(
            Sip(0, EventType.SipOtherOk, "OPTIONS", "", 200, Attacker), Sip(1, EventType.SipOtherOk, "OPTIONS", "", 200, Attacker, agent: "friendly-scanner")),
        ["v01_monitoring_agent"] = () => Single(
            Sip(0, EventType.SipOtherOk, "OPTIONS", "", 200, Attacker, agent: "sipsak 0.9.8.1"), Sip(1, EventType.SipOtherFailed, "OPTIONS", "", 404, Attacker, agent: "sipsak 0.9.8.1")),
        ["v02_scanner_fingerprint"] = () => Single(
            Because(Sip(0, EventType.SipScannerSeen, "OPTIONS", "", 0, Attacker), "user_agent"), Because(Sip(1, EventType.SipScannerSeen, "OPTIONS", "", 0, Attacker), "from_100_at_1.1.1.1")),
        ["v10_enumeration_oracle"] = () => Single(Statistics(0, s => (s.DistinctUsers, s.R404, s.R401) = (9, 5, 1)), Statistics(10, s => (s.DistinctUsers, s.R404, s.R401) = (10, 5, 1))),
    };

    public static Event Registered(double seconds, string source, string user, string agent = Yealink) =>
        Sip(seconds, EventType.SipRegistrationNew, "REGISTER", user, 200, source, user, agent, credentials: true);

    public static Event Because(Event e, string reason)
    {
        e.Reason = reason;
        return e;
    }

    public static Event Port(Event e, uint port)
    {
        e.DestinationPort = port;
        return e;
    }

    public static Event Statistics(double seconds, Action<SourceStats> set, string source = Attacker)
    {
        var e = At(seconds, EventType.SipSourceStats, source, user: "");
        e.SourceStats = new SourceStats { IntervalMs = 10_000, Requests = 20 };
        set(e.SourceStats);
        return e;
    }

    private static Event Removed(double seconds, string source, string user, string binding, string agent)
    {
        var e = Sip(seconds, EventType.SipRegistrationRemoved, "REGISTER", user, 200, source, user, agent, credentials: true);
        e.Sip.BindingIp = Address(binding);
        return e;
    }

    private static Event Nonce(Event e)
    {
        e.Sip.Auth = new SipAuthentication { NonceHash = "5d41402a" };
        return e;
    }

    private static Event Country(Event e, string country)
    {
        e.Enrichment = new Enrichment { SourceCountry = country };
        return e;
    }

    private static Event Expires(Event e, uint seconds)
    {
        e.Sip.Expires = seconds;
        return e;
    }

    private static Event Cipher(Event e, string cipher)
    {
        e.Tls = new Tls { Cipher = cipher };
        return e;
    }
}

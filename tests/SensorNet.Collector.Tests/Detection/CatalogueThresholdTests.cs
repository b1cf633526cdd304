using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection;

/// <summary>What the rules of the catalogue tell apart.</summary>
public sealed class CatalogueThresholdTests
{
    [Fact]
    public void Guessing_under_one_sequence_number_is_seen_at_the_fourth_time_and_honest_retries_are_not()
    {
        var detection = DetectionHarness.WithCatalogue();
        detection.Feed(Enumerable.Range(0, 12).Select(i => Events.AuthFailed(i * 0.003, "192.0.2.80", "1070", "one-call-id", cseq: (uint)(474 + (2 * i)))));
        Assert.DoesNotContain(detection.Alerts, a => a.Level > AlertLevel.Low);

        detection.Feed(Enumerable.Range(0, 4).Select(i => Events.AuthFailed(i, "203.0.113.9", "1005", "another", cseq: 2)));
        Assert.Equal("203.0.113.9", Assert.Single(detection.AlertsOf("v05_bruteforce_cseq")).SourceIp);
    }

    [Fact]
    public void An_office_whose_telephones_have_old_passwords_is_no_attacker_and_a_stranger_is()
    {
        var detection = DetectionHarness.WithCatalogue();
        detection.Feed(Enumerable.Range(0, 20).Select(i => SipExamples.Registered(i, "192.0.2.80", $"{1000 + i}")));
        detection.Feed(Enumerable.Range(0, 60).Select(i => Events.AuthFailed(600 + i, "192.0.2.80", $"{1000 + (i % 20)}")));
        Assert.DoesNotContain(detection.Alerts, a => a.Level > AlertLevel.Low);

        detection.Feed(Enumerable.Range(0, 60).Select(i => Events.AuthFailed(1200 + i, "203.0.113.9", $"{1000 + (i % 20)}")));
        Assert.All(["v05_bruteforce_accounts", "v08_password_spray"], rule => Assert.Equal("203.0.113.9", Assert.Single(detection.AlertsOf(rule)).SourceIp));
    }

    [Fact]
    public void A_stranger_who_only_claims_to_be_the_victims_telephone_is_a_hijacker()
    {
        const string yealink = "ab12 via,from,to,call-id,cseq,contact,max-forwards,user-agent;branch=zh12;tag=h8";
        const string other = "cd34 via,max-forwards,contact,to,from,call-id,cseq,user-agent;branch=zh12;tag=h8";
        var detection = DetectionHarness.WithCatalogue();
        detection.Feed(Written(Registered(0, "192.0.2.10", "1033"), yealink));
        detection.Feed(
            Written(Removed(60, "198.51.100.20", "1033", "192.0.2.10", "Yealink SIP-T46S 66.86.0.15"), yealink), Written(Registered(61, "198.51.100.20", "1033"), yealink));
        Assert.DoesNotContain(detection.Alerts, a => a.Level > AlertLevel.Low);

        detection.Feed(
            Written(Removed(120, "203.0.113.9", "1033", "198.51.100.20", "Yealink SIP-T46S 66.86.0.15"), other), Written(Registered(121, "203.0.113.9", "1033"), other));
        Assert.Equal("203.0.113.9", Assert.Single(detection.AlertsOf("v28_registration_hijack")).SourceIp);
    }

    [Fact]
    public void A_storm_of_registrations_that_succeed_is_no_flood()
    {
        var storm = Stats(0, "192.0.2.90", requests: 400, register: 400, ok: 200);
        var flood = Stats(1, "203.0.113.9", requests: 400, register: 400, ok: 1);
        var detection = DetectionHarness.WithCatalogue();
        detection.Feed(storm, flood);
        Assert.Equal("203.0.113.9", Assert.Single(detection.AlertsOf("v11")).SourceIp);
        Assert.Equal("203.0.113.9", Assert.Single(detection.AlertsOf("v12")).SourceIp);
        Assert.DoesNotContain(detection.Alerts, a => a.SourceIp == "192.0.2.90");
    }

    [Fact]
    public void A_flood_from_many_addresses_is_one_alert_about_the_host_and_names_some_of_them()
    {
        var detection = DetectionHarness.WithCatalogue();
        detection.Feed(Enumerable.Range(0, 120).Select(i => Stats(0, $"198.51.100.{i + 1}", requests: 6, register: 6, ok: 0)));
        var alert = Assert.Single(detection.AlertsOf("v17"));
        Assert.Equal(AlertLevel.Critical, alert.Level);
        Assert.Equal("", alert.SourceIp);
        Assert.True(alert.SourceCount >= 50);
        Assert.Equal(10, alert.Sources.Distinct().Count());
        Assert.All(alert.Sources, source => Assert.StartsWith("198.51.100.", source, StringComparison.Ordinal));
        Assert.Contains("198.51.100.", alert.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_failed_long_before_a_campaign_is_not_named_as_part_of_it()
    {
        var detection = DetectionHarness.WithCatalogue();
        detection.Feed(Enumerable.Range(0, 3).Select(i => Events.AuthFailed(i * 1800, "203.0.113.5", "1099")));
        detection.Feed(Enumerable.Range(0, 40).Select(i => Events.AuthFailed(7200 + (i * 60), $"198.51.100.{i + 1}", $"{1000 + (i % 20)}")));
        var alert = Assert.Single(detection.AlertsOf("v55_credential"));
        Assert.Equal(10, alert.Sources.Count);
        Assert.DoesNotContain("203.0.113.5", alert.Sources);
    }

    [Fact]
    public void Credential_stuffing_is_seen_across_sources_and_its_success_is_told_with_source_and_account()
    {
        var detection = DetectionHarness.WithCatalogue();
        detection.Feed(Enumerable.Range(0, 40).Select(i => Events.AuthFailed(i * 60, $"198.51.100.{i + 1}", $"{1000 + (i % 20)}")));
        Assert.Equal(AlertLevel.High, Assert.Single(detection.AlertsOf("v55_credential")).Level);
        Assert.Empty(detection.AlertsOf("v55_takeover"));

        detection.Feed(Events.Sip(2500, EventType.SipRegistrationNew, "REGISTER", "1007", 200, "198.51.100.8", "1007", "Linphone/3.6", credentials: true));
        var takeover = Assert.Single(detection.AlertsOf("v55_takeover"));
        Assert.Equal((AlertLevel.Critical, "198.51.100.8", "1007"), (takeover.Level, takeover.SourceIp, takeover.User));
    }

    /// <summary>A telephone with a wrong password and somebody who guesses look alike until the guessing is told of: before it or after.</summary>
    [Theory]
    [InlineData("Yealink SIP-T46S 66.86.0.15", "v05_bruteforce_account")]
    [InlineData("friendly-scanner", "v05_bruteforce_tool")]
    public void Guessing_mutes_the_alert_of_a_telephone_with_a_wrong_password(string agent, string rule)
    {
        var detection = DetectionHarness.WithCatalogue();
        detection.Feed(Enumerable.Range(0, 40).Select(i => Events.AuthFailed(i, "198.51.100.7", "1001", agent: agent)));
        var guessing = Assert.Single(detection.AlertsOf(rule));
        Assert.Equal(("", AlertLevel.High), (guessing.InhibitedBy, guessing.Level));
        Assert.Equal(guessing.AlertId, Assert.Single(detection.AlertsOf("v07")).InhibitedBy);
        detection.Feed(Enumerable.Range(0, 12).Select(i => Events.AuthFailed(60 + (i * 30), "192.0.2.9", "1002")));
        Assert.Equal("", Assert.Single(detection.AlertsOf("v07"), a => a.User == "1002").InhibitedBy);
    }

    [Fact]
    public void A_removal_by_a_stranger_with_another_telephone_is_a_hijack_and_roaming_is_not()
    {
        var detection = DetectionHarness.WithCatalogue();
        detection.Feed(Registered(0, "192.0.2.10", "1033"), Registered(1, "192.0.2.11", "1034"));
        detection.Feed(Removed(60, "198.51.100.20", "1034", "192.0.2.11", "Yealink SIP-T46S 66.86.0.15"), Registered(61, "198.51.100.20", "1034"));
        Assert.DoesNotContain(detection.Alerts, a => a.Level > AlertLevel.Low);

        detection.Feed(Removed(120, "203.0.113.9", "1033", "192.0.2.10", "Zoiper v2.10"), Registered(121, "203.0.113.9", "1033", "Zoiper v2.10"));
        Assert.Contains(detection.AlertsOf("v29"), a => a is { Level: AlertLevel.High, SourceIp: "203.0.113.9" });
        Assert.Equal("1033@example.com", Assert.Single(detection.AlertsOf("v28_registration_hijack")).User);
    }

    /// <summary>Who registers first and takes the owner's binding away a minute later is no less strange for having registered.</summary>
    [Fact]
    public void A_second_device_that_removes_the_first_is_a_hijack_unless_it_removes_what_it_made_itself()
    {
        var detection = DetectionHarness.WithCatalogue();
        detection.Feed(Registered(0, "192.0.2.10", "1033"), Registered(1, "192.0.2.11", "1034"));
        detection.Feed(Registered(600, "198.51.100.20", "1034", "Linphone/5.1"), Removed(900, "198.51.101.20", "1034", "198.51.100.20", "Linphone/5.1"), Registered(901, "198.51.101.20", "1034", "Linphone/5.1"));
        Assert.DoesNotContain(detection.Alerts, a => a.Level > AlertLevel.Low);

        detection.Feed(Registered(1000, "203.0.113.9", "1033", "Zoiper v2.10"), Removed(1060, "203.0.113.9", "1033", "192.0.2.10", "Zoiper v2.10"));
        Assert.Equal("203.0.113.9", Assert.Single(detection.AlertsOf("v28_registration_hijack")).SourceIp);
    }

    [Fact]
    public void A_wrong_password_in_an_office_of_many_telephones_is_no_attack()
    {
        var detection = DetectionHarness.WithCatalogue();
        detection.Feed(Enumerable.Range(0, 6).Select(i => Registered(i, "192.0.2.50", $"{1100 + i}")));
        detection.Feed(Enumerable.Range(0, 60).SelectMany(i => (Event[])[Events.AuthFailed(100 + (i * 5), "192.0.2.50", "1120"), Events.AuthFailed(100 + (i * 5), "203.0.113.9", "1121")]));
        Assert.Equal(["203.0.113.9"], detection.AlertsOf("v05_bruteforce_account").Select(a => a.SourceIp));
        Assert.Contains(detection.AlertsOf("v07"), a => a is { SourceIp: "192.0.2.50", InhibitedBy: "" });
    }

    /// <summary>A PBX that comes back asks about its telephones and does not answer every challenge.</summary>
    [Fact]
    public void Challenges_left_alone_by_a_source_of_many_accounts_are_no_enumeration()
    {
        var detection = DetectionHarness.WithCatalogue();
        detection.Feed(Enumerable.Range(0, 6).Select(i => Registered(i, "192.0.2.50", $"{1100 + i}")));
        detection.Feed(Enumerable.Range(0, 40).SelectMany(i => new[] { "192.0.2.50", "203.0.113.9" }.Select(source =>
            Events.Sip(100 + i, EventType.SipAuthChallengeAbandoned, "OPTIONS", $"{1000 + i}", 407, source))));
        Assert.Equal(["203.0.113.9"], detection.AlertsOf("v56").Select(a => a.SourceIp));
    }

    [Fact]
    public void Many_expensive_calls_at_once_are_critical_and_mute_what_led_there()
    {
        var detection = DetectionHarness.WithCatalogue();
        detection.Feed(Enumerable.Range(0, 8).Select(i => RuleExamples.Call(i, EventType.SipCallStart, $"+25261100{i:0000}", callId: $"c{i}")), batch: 1);
        var critical = Assert.Single(detection.AlertsOf("v38_parallel_expensive_critical"));
        Assert.Equal(("203.0.113.9", "1042"), (critical.SourceIp, critical.User));
        Assert.Equal(critical.AlertId, Assert.Single(detection.AlertsOf("v36_expensive_calls")).InhibitedBy);
    }

    [Fact]
    public void Calls_that_end_are_no_longer_at_once()
    {
        var detection = DetectionHarness.WithCatalogue();
        for (var i = 0; i < 10; i++)
        {
            var call = RuleExamples.Call(i * 10, EventType.SipCallStart, $"+33140000{i:000}", callId: $"c{i}");
            var end = RuleExamples.Ended((i * 10) + 5, $"+33140000{i:000}", 5);
            end.Sip.CallId = $"c{i}";
            detection.Feed(call, end);
        }

        Assert.DoesNotContain(detection.Store.Events, e => e.Event.Type == EventType.SipCallGauge);
        Assert.DoesNotContain(detection.Alerts, a => a.Level > AlertLevel.Low);
    }

    [Fact]
    public void Exactly_ninety_five_percent_is_critical()
    {
        var detection = DetectionHarness.WithCatalogue();
        detection.Feed(RuleExamples.Resource(Events.At(0, EventType.ResourceAlert, "", user: ""), 94.9));
        Assert.Empty(detection.AlertsOf("h24"));
        detection.Feed(RuleExamples.Resource(Events.At(1, EventType.ResourceAlert, "", user: ""), 95));
        Assert.Equal(AlertLevel.Critical, Assert.Single(detection.AlertsOf("h24")).Level);
    }

    [Fact]
    public void Trusted_sources_and_records_of_what_packets_told_already_are_not_counted()
    {
        var detection = DetectionHarness.WithCatalogue(o => o with { TrustedSources = ["192.0.2.0/24"] });
        detection.Feed(Enumerable.Range(0, 20).Select(i => Events.SshFailure(i, "192.0.2.7")));
        var twice = Enumerable.Range(0, 20).Select(i => Events.SshFailure(i, "203.0.113.9")).ToList();
        twice.ForEach(e => e.DupOf = "1-7");
        detection.Feed(twice);
        Assert.Empty(detection.Alerts);
    }

    [Fact]
    public void A_trunk_that_answers_few_calls_is_told_when_the_quarter_of_an_hour_is_over()
    {
        var detection = DetectionHarness.WithCatalogue(o => o with { Carriers = ["198.51.100.5"] });
        detection.Feed(Enumerable.Range(0, 60).Select(i => Events.Sip(i, i % 10 == 0 ? EventType.SipCallStart : EventType.SipCallAttempt, "INVITE", $"{1000 + i}", 486, "198.51.100.5", "carrier")));
        Assert.Empty(detection.AlertsOf("v52"));
        detection.Feed(Events.Sip(901, EventType.SipCallAttempt, "INVITE", "1000", 486, "198.51.100.5", "carrier"));
        Assert.Contains("60 calls in a quarter of an hour, 10 % answered", Assert.Single(detection.AlertsOf("v52")).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void One_source_with_alerts_on_three_hosts_is_a_campaign()
    {
        var detection = DetectionHarness.WithCatalogue();
        foreach (var host in new[] { "pbx1", "pbx2", "pbx3" })
        {
            Assert.Empty(detection.AlertsOf("x02"));
            detection.Feed(Enumerable.Range(0, 5).Select(i => Events.SshFailure(i, "203.0.113.9", host)));
        }

        Assert.Equal("203.0.113.9", Assert.Single(detection.AlertsOf("x02")).SourceIp);
    }

    private static Event Stats(double seconds, string source, ulong requests, ulong register, ulong ok)
    {
        var e = Events.At(seconds, EventType.SipSourceStats, source, user: "");
        e.SourceStats = new SourceStats { IntervalMs = 10_000, Requests = requests, ReqRegister = register, Replies2Xx = ok };
        return e;
    }

    private static Event Registered(double seconds, string source, string user, string agent = "Yealink SIP-T46S 66.86.0.15") =>
        Events.Sip(seconds, EventType.SipRegistrationNew, "REGISTER", user, 200, source, user, agent, credentials: true);

    private static Event Written(Event e, string fingerprint)
    {
        e.Sip.Fingerprint = fingerprint;
        return e;
    }

    private static Event Removed(double seconds, string source, string user, string binding, string agent)
    {
        var e = Events.Sip(seconds, EventType.SipRegistrationRemoved, "REGISTER", user, 200, source, user, agent, credentials: true);
        e.Sip.BindingIp = Events.Address(binding);
        return e;
    }
}

using SensorNet.V1;

namespace SensorNet.Console.Tests.Support;

/// <summary>Incidents, lists, silences and what is known of rules.</summary>
internal static partial class SampleData
{
    private static void AddIncidents(MemoryCollector collector)
    {
        (string Id, string Subject, string Title, string[] Alerts)[] incidents =
        [
            ("1c0ffee1", "203.0.113.77", "INVITE flood and user enumeration", ["a1f0c2", "d4c3f5"]),
            ("2c0ffee2", "198.51.100.7", "Registration brute force", ["b2e1d3"]),
            ("3c0ffee3", "192.0.2.14", "OPTIONS ping burst", ["f6a5b7"]),
        ];
        foreach (var (id, subject, title, ids) in incidents)
        {
            var alerts = ids.Select(i => collector.Alerts[i]).ToList();
            var incident = new Incident
            {
                IncidentId = id,
                Kind = "source",
                Subject = subject,
                Title = title,
                AlertIds = { ids },
                Level = alerts.Max(a => a.Level),
                Status = alerts[0].Status,
                AlertCount = (uint)ids.Length,
                OpenCount = (uint)alerts.Count(a => a.Status is AlertStatus.Active or AlertStatus.Acknowledged),
                Events = (ulong)alerts.Sum(a => (long)a.Count),
                FirstSeen = alerts.Min(a => a.FirstSeen),
                LastSeen = alerts.Max(a => a.LastSeen),
                Hosts = { "edge-1" },
                Rules = { alerts.Select(a => a.RuleName) },
                Sources = { subject },
            };
            collector.Incidents.Add(incident);
            var detail = new GetIncidentResponse { Incident = incident, Alerts = { alerts } };
            foreach (var alert in alerts)
            {
                alert.IncidentId = id;
                detail.Timeline.Add(new IncidentMoment { Time = alert.CreatedAt, Kind = "raised", AlertId = alert.AlertId, RuleName = alert.RuleName, Level = alert.Level, Text = alert.Title, Host = "edge-1" });
            }

            detail.Timeline.Add(new IncidentMoment { Time = Nanoseconds(-34), Kind = "event", EventType = EventType.SipAuthFailed, Text = "REGISTER of 1041 refused with 401", Host = "edge-1", Position = 71 });
            detail.Timeline.Add(new IncidentMoment { Time = Nanoseconds(-20), Kind = "change", Actor = "bob", Text = "note: seen on the other site too" });
            collector.IncidentDetails[id] = detail;
        }
    }

    private static void AddLists(MemoryCollector collector)
    {
        collector.Lists.AddRange(
        [
            new NamedList { Name = "blocked", Kind = ListKind.Address, Description = "Sources that operators' own firewall tooling is to keep out.", Entries = 2, OwnEntries = 2, BuiltIn = true },
            new NamedList { Name = "carriers", Kind = ListKind.Address, Description = "Carriers and trunks: calls from there need no credentials.", Entries = 4, BuiltIn = true },
            new NamedList { Name = "trusted_sources", Kind = ListKind.Address, Description = "Sources that no rule counts: monitoring, own scanners.", Entries = 1, BuiltIn = true, Rules = { "sip_options_burst" } },
        ]);
        collector.Entries.AddRange(
        [
            new ListEntry { List = "blocked", Value = "198.51.100.7", Comment = "sip_registration_brute_force", CreatedBy = "alice", Created = Nanoseconds(-120), Expires = Nanoseconds(3480), Origin = "console" },
            new ListEntry { List = "blocked", Value = "198.51.100.90/32", Comment = "ssh", CreatedBy = "bob", Created = Nanoseconds(-86_400), Origin = "console" },
            new ListEntry { List = "trusted_sources", Value = "192.0.2.0/28", Comment = "monitoring", Origin = "configuration" },
        ]);
        collector.Previews["192.0.2.31"] = new PreviewSourceResponse
        {
            Events = 57,
            Calls = 40,
            CallsAnswered = 37,
            CallsActive = 1,
            Registrations = 1,
            Aors = { "2207@pbx.example.net" },
            SuccessfulLogins = 9,
            OpenAlerts = 1,
            Sources = 1,
            Warnings = { "192.0.2.31 is a carrier" },
        };
        collector.Silences.AddRange(
        [
            new Silence { Id = "s1", Rule = "sip_options*", Source = "192.0.2.0/24", Reason = "our own monitoring moves", CreatedBy = "alice", Created = Nanoseconds(-3600), Starts = Nanoseconds(-3600), Expires = Nanoseconds(7200), Silenced = 12 },
            new Silence { Id = "s2", Host = "edge-4", Reason = "planned work", CreatedBy = "bob", Created = Nanoseconds(-600), Starts = Nanoseconds(3600), Expires = Nanoseconds(10_800) },
            new Silence { Id = "s3", User = "1042", MaxLevel = AlertLevel.Medium, Reason = "load test", CreatedBy = "bob", Created = Nanoseconds(-86_400), Expires = Nanoseconds(-3600), Silenced = 3 },
        ]);
    }

    private static void AddRuleWork(MemoryCollector collector)
    {
        foreach (var rule in collector.Rules)
        {
            rule.Condition = ">= 50";
            rule.Hits1H = rule.Hits / 4;
            rule.Hits24H = rule.Hits;
            rule.HitsByHour.AddRange([.. Enumerable.Repeat(0UL, 20), 1, 0, rule.Hits / 2, rule.Hits / 4]);
            rule.CostUs = 0.31;
            rule.CostPercent = 2.4;
            rule.RaisesAlerts = true;
        }

        var flood = collector.Rules[0];
        (flood.Revision, flood.Tuned) = (7, true);
        collector.RuleChanges.Add(new RuleChange { Revision = 7, Time = Nanoseconds(-600), Actor = "bob", Operation = "tune", Before = "gte=400", After = "gte=500", Comment = "raise for the dialer", Diff = { "-gte: 400", "+gte: 500", " timespan: 60s" } });
        collector.RuleDetails[flood.Id] = new GetRuleResponse
        {
            Rule = flood,
            Yaml = "title: INVITE flood from one source\ncorrelation:\n  type: event_count\n  timespan: 60s\n",
            Defaults = new RuleThresholds { Gte = 400, WindowMs = 60_000 },
            Effective = new RuleThresholds { Gte = 500, WindowMs = 60_000 },
            Tunings = { new RuleTuning { Thresholds = new RuleThresholds { Gte = 500 }, Actor = "bob", Time = Nanoseconds(-600), Comment = "raise for the dialer" } },
            LastChange = collector.RuleChanges[0],
        };
        collector.TestParts.AddRange(
        [
            new TestRuleResponse { Progress = new TestProgress { Events = 9_000_000, Done = 0.5, Alerts = 3 } },
            new TestRuleResponse { Alert = collector.Alerts["a1f0c2"].Clone() },
            new TestRuleResponse { Summary = new TestSummary { Events = 18_402_117, Firings = 90, Alerts = 5, AlertsNow = 2, MoreSources = { "192.0.2.14" }, Seconds = 21 } },
        ]);
        collector.Check = new CheckRulesResponse { Problems = { new RuleProblem { File = "mine.yml", Line = 3, Column = 5, Message = "there is no field 'source.ipp'" } } };
        collector.Reload = new ReloadRulesResponse { Added = { "new_rule" }, Unchanged = 6 };
    }
}

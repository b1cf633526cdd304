using System.Text.Json;
using SensorNet.Console.Client;
using SensorNet.Console.Tests.Support;
using SensorNet.V1;

namespace SensorNet.Console.Tests.Cli;

public sealed class CommandLineTests
{
    public static TheoryData<string> Listings =>
    [
        "alerts list", "events list", "events types", "calls list", "registrations list", "sources list", "sensors list", "sensors types edge-1",
        "rules list", "audit list", "tokens list", "incidents list", "lists list", "lists show", "silences list --all", "rules history sip_invite_flood", "keys",
    ];

    [Fact]
    public void Alerts_are_listed_most_pressing_first_in_plain_aligned_columns()
    {
        var (code, output, _) = new CliRig(SampleData.Create()).Run("alerts", "list");
        Assert.Equal(0, code);
        var lines = output.TrimEnd().Split('\n');
        Assert.StartsWith("LEVEL     STATE         ALERT", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("critical  active        INVITE flood from one source", lines[1], StringComparison.Ordinal);
        Assert.Contains("203.0.113.77", lines[1], StringComparison.Ordinal);
        Assert.Contains("2026-11-21T12:03:58Z", lines[1], StringComparison.Ordinal);
        Assert.Equal(7, lines.Length);
        var column = lines[0].IndexOf("SOURCE", StringComparison.Ordinal);
        Assert.All(lines.Skip(1), line => Assert.Equal(' ', line[column - 1]));
    }

    [Theory]
    [MemberData(nameof(Listings))]
    public void Into_a_pipe_nothing_but_text_is_written(string command)
    {
        foreach (var hostile in HostileText.Corpus)
        {
            var (code, output, _) = new CliRig(HostileWorld.Create(hostile)).Run(command.Split(' '));
            if (code == 0)
            {
                HostileText.AssertHarmless(output.Replace("\n", "", StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Listings))]
    public void With_json_every_listing_is_an_array_of_objects_in_ascii(string command)
    {
        var (code, output, _) = new CliRig(SampleData.Create()).Run([.. command.Split(' '), "--json"]);
        Assert.Equal(0, code);
        Assert.DoesNotContain(output, c => c is > '~' or < ' ' and not '\n');
        using var document = JsonDocument.Parse(output);
        Assert.Equal(JsonValueKind.Array, document.RootElement.ValueKind);
        Assert.All(document.RootElement.EnumerateArray(), item => Assert.Equal(JsonValueKind.Object, item.ValueKind));
    }

    [Fact]
    public void A_limit_keeps_the_most_pressing_alerts()
    {
        var (_, output, _) = new CliRig(SampleData.Create()).Run("alerts", "list", "-n", "2");
        var lines = output.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.All(lines.Skip(1), line => Assert.StartsWith("critical", line, StringComparison.Ordinal));
    }

    [Fact]
    public void An_alert_as_json_has_stable_names_and_utc_times()
    {
        var (_, output, _) = new CliRig(SampleData.Create()).Run("alerts", "list", "--json");
        using var document = JsonDocument.Parse(output);
        var alert = document.RootElement[0];
        Assert.Equal("a1f0c2", alert.GetProperty("alert_id").GetString());
        Assert.Equal("critical", alert.GetProperty("level").GetString());
        Assert.Equal("active", alert.GetProperty("state").GetString());
        Assert.Equal("sip_invite_flood", alert.GetProperty("rule").GetString());
        Assert.Equal("2026-11-21T12:03:58Z", alert.GetProperty("last_seen").GetString());
        Assert.Equal(4812, alert.GetProperty("count").GetInt32());
        Assert.Equal("203.0.113.77", alert.GetProperty("group_key").GetProperty("source.ip").GetString());
    }

    [Fact]
    public void On_a_terminal_a_table_fits_its_width_by_leaving_out_columns()
    {
        var (_, output, _) = new CliRig(SampleData.Create(), terminal: true, width: 80).Run("alerts", "list");
        Assert.Contains("INVITE flood", output, StringComparison.Ordinal);
        Assert.All(output.Split('\n'), line => Assert.InRange(Plain(line).Length, 0, 80));
        Assert.DoesNotContain("FIRST", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alerts list --level urgent", "--level 'urgent' is not one of: informational, low, medium, high, critical.")]
    [InlineData("alerts list --since yesterday", "--since 'yesterday' is neither a length like 15m")]
    [InlineData("alerts list --limit 0", "--limit '0' is not a number from 1 to 1000000.")]
    [InlineData("alerts list --source 203.0.113", "--source")]
    [InlineData("events list --type nonsense", "--type 'nonsense' is no event type")]
    [InlineData("events list --format pcap", "There is no option '--format' here")]
    [InlineData("events list -type:sip.counters", "A query that begins with '-' goes behind '--'")]
    [InlineData("alerts", "Required command was not provided.")]
    [InlineData("alert list", "'alert'")]
    [InlineData("--collector http://x status", "neither unix:/path/to/socket nor https://host:port")]
    [InlineData("--context nowhere status", "There is no context 'nowhere'")]
    [InlineData("stats --by colour", "--by 'colour' is not one of")]
    public void A_wrong_argument_is_named_and_ends_with_2(string command, string message)
    {
        var (code, output, error) = new CliRig(SampleData.Create()).Run(command.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal("", output);
    }

    [Theory]
    [InlineData((byte)CollectorFailure.Unreachable, 4)]
    [InlineData((byte)CollectorFailure.NotAuthenticated, 4)]
    [InlineData((byte)CollectorFailure.NotAllowed, 4)]
    [InlineData((byte)CollectorFailure.TimedOut, 4)]
    [InlineData((byte)CollectorFailure.NotFound, 1)]
    [InlineData((byte)CollectorFailure.Internal, 1)]
    [InlineData((byte)CollectorFailure.Invalid, 2)]
    public void A_failure_of_the_collector_ends_with_its_documented_code(byte failure, int expected)
    {
        var collector = SampleData.Create();
        collector.Failure = new CollectorException((CollectorFailure)failure, "A sentence.");
        var (code, _, error) = new CliRig(collector).Run("alerts", "list");
        Assert.Equal((expected, "sensornet: A sentence.\n"), (code, error));
    }

    [Fact]
    public void An_alert_is_named_by_the_beginning_of_its_id()
    {
        var collector = SampleData.Create();
        var (code, output, _) = new CliRig(collector).Run("alerts", "ack", "a1f", "b2", "-m", "on it");
        Assert.Equal(0, code);
        Assert.Equal("a1f0c2 acknowledged: INVITE flood from one source\nb2e1d3 acknowledged: Registration brute force\n", output);
        Assert.Equal((AlertStatus.Acknowledged, "on it"), (collector.Alerts["a1f0c2"].Status, collector.Alerts["a1f0c2"].Note));
    }

    [Fact]
    public void An_id_that_fits_no_alert_or_several_is_refused()
    {
        var collector = SampleData.Create();
        collector.Alerts["a1ffff"] = SampleData.Alert("a1ffff", AlertLevel.Low, AlertStatus.Active, "r", "t", "192.0.2.1", -5, 1);
        var rig = new CliRig(collector);
        Assert.Equal(1, rig.Run("alerts", "ack", "zz").Code);
        var (code, _, error) = rig.Run("alerts", "ack", "a1");
        Assert.Equal(2, code);
        Assert.Contains("begins the ids of 2 alerts", error, StringComparison.Ordinal);
        Assert.Empty(collector.Requests.OfType<UpdateAlertRequest>());
    }

    [Fact]
    public void Dismissing_says_for_how_long_and_why()
    {
        var collector = SampleData.Create();
        Assert.Equal(0, new CliRig(collector).Run("alerts", "dismiss", "e5", "--for", "2d", "--reason", "our own scanner").Code);
        var request = Assert.Single(collector.Requests.OfType<UpdateAlertRequest>());
        Assert.Equal((AlertStatus.Dismissed, 172_800UL, "our own scanner"), (request.Status, request.DismissForS, request.Reason));
    }

    [Fact]
    public void An_alert_is_shown_with_reason_evidence_and_history()
    {
        var (_, output, _) = new CliRig(SampleData.Create()).Run("alerts", "show", "a1f0c2");
        Assert.Contains("why       4812 of >= 50 sip.auth.failed in 1m", output, StringComparison.Ordinal);
        Assert.Contains("EVIDENCE (2 of 4812 events)", output, StringComparison.Ordinal);
        Assert.Contains("bob  note: seen on the other site too", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Event_filters_reach_the_collector()
    {
        var collector = SampleData.Create();
        var (code, _, _) = new CliRig(collector).Run(
            "events", "list", "source.country:XX", "--type", "auth-failed", "--source", "203.0.113.0/24", "--user", "1042", "--since", "1h", "--until", "2026-11-21T12:00:00Z", "-n", "7");
        Assert.Equal(0, code);
        var request = Assert.Single(collector.Requests.OfType<QueryEventsRequest>());
        Assert.Equal(("source.country:XX", "203.0.113.0/24", "1042", 7u), (request.Query, request.SourceIp, request.User, request.Limit));
        Assert.Equal([EventType.SipAuthFailed], request.Types_);
        Assert.Equal((SampleData.Nanoseconds(-3600), SampleData.Nanoseconds(-271)), (request.Time.From, request.Time.To));
    }

    [Fact]
    public void A_query_that_begins_with_a_minus_goes_behind_two()
    {
        var collector = SampleData.Create();
        Assert.Equal(0, new CliRig(collector).Run("events", "list", "-n", "7", "--", "-type:sip.counters", "-user.name:bob").Code);
        Assert.Equal("-type:sip.counters -user.name:bob", Assert.Single(collector.Requests.OfType<QueryEventsRequest>()).Query);
    }

    [Fact]
    public void A_call_is_shown_with_its_ladder()
    {
        var (_, output, _) = new CliRig(SampleData.Create()).Run("calls", "show", "a84b4c76e66710@pc33");
        Assert.Contains("0.290s  <--  183 INVITE", output, StringComparison.Ordinal);
        Assert.Contains("talked    02:41", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_alone_is_printed_for_scripts()
    {
        var collector = SampleData.Create();
        Assert.Equal((0, "sn1.id.secret.pin\n", ""), new CliRig(collector).Run("tokens", "create", "--role", "sensor", "--name", "edge-9", "--ttl", "10m", "--quiet"));
        var request = Assert.Single(collector.Requests.OfType<CreateTokenRequest>());
        Assert.Equal((Role.Sensor, "edge-9", 600UL), (request.Role, request.Name, request.TtlS));
    }

    [Fact]
    public void Rules_are_switched_by_name()
    {
        var collector = SampleData.Create();
        Assert.Equal(0, new CliRig(collector).Run("rules", "disable", "sip_invite_flood").Code);
        Assert.False(Assert.Single(collector.Requests.OfType<SetRuleRequest>()).Enabled);
        Assert.Equal(1, new CliRig(collector).Run("rules", "disable", "no_such_rule").Code);
    }

    [Fact]
    public void A_sensors_event_types_are_switched_by_any_of_their_names()
    {
        var collector = SampleData.Create();
        var (code, output, _) = new CliRig(collector).Run("sensors", "types", "edge-1", "--disable", "source-stats");
        Assert.Equal(0, code);
        Assert.Equal(["sip.source.stats"], Assert.Single(collector.Requests.OfType<SetEventTypesRequest>()).Disabled);
        Assert.Matches(@"sip\.source\.stats +no", output);
    }

    [Fact]
    public void The_address_comes_from_the_command_line_then_the_environment_then_the_file_then_the_local_socket()
    {
        var rig = new CliRig(SampleData.Create());
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "collector: https://file.example:4317\nca: ca.pem\n");
        rig.Run("status");
        Assert.Equal("unix:/run/sensornet/collector.sock", rig.Settings!.Collector);
        rig.Run("--config", file, "status");
        Assert.Equal(("https://file.example:4317", Path.Combine(Path.GetDirectoryName(file)!, "ca.pem")), (rig.Settings!.Collector, rig.Settings.CaFile));
        rig.Environment["SENSORNET_COLLECTOR"] = "unix:/run/env.sock";
        rig.Run("--config", file, "status");
        Assert.Equal(("unix:/run/env.sock", null), (rig.Settings!.Collector, rig.Settings.CaFile));
        rig.Run("--config", file, "--collector", "https://line.example:1", "status");
        Assert.Equal("https://line.example:1", rig.Settings!.Collector);
        File.Delete(file);
    }

    [Fact]
    public void Status_tells_who_one_is()
    {
        var (_, output, _) = new CliRig(SampleData.Create()).Run("status");
        Assert.Contains("you are      alice (admin)", output, StringComparison.Ordinal);
        Assert.Contains("sensors      3 up of 4", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_ends_with_examples_of_commands_that_exist()
    {
        foreach (var path in SensorNet.Console.Cli.Examples.Paths)
        {
            var (code, output, _) = new CliRig(SampleData.Create()).Run([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
            Assert.Equal(0, code);
            Assert.Contains("Examples:", output, StringComparison.Ordinal);
            Assert.All(SensorNet.Console.Cli.Examples.Of(path), example => Assert.StartsWith($"sensornet {path}".TrimEnd(), example.Replace("source <(", "", StringComparison.Ordinal), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_command_has_an_example()
    {
        var missing = Leaves(new SensorNet.Console.Cli.CommandTree(CliRig.Host(SampleData.Create())).Root, "")
            .Where(path => SensorNet.Console.Cli.Examples.Of(path).Count == 0).ToList();
        Assert.Empty(missing);

        static IEnumerable<string> Leaves(System.CommandLine.Command command, string path) => command.Subcommands.Count == 0
            ? [path]
            : command.Subcommands.SelectMany(child => Leaves(child, $"{path} {child.Name}".Trim()));
    }

    [Fact]
    public void A_source_is_blocked_allowed_and_released()
    {
        var collector = SampleData.Create();
        var rig = new CliRig(collector);
        var (code, output, _) = rig.Run("sources", "block", "203.0.113.0/24", "--for", "2h", "--reason", "flood");
        Assert.Equal(0, code);
        Assert.Contains("203.0.113.0/24", output, StringComparison.Ordinal);
        var request = Assert.Single(collector.Requests.OfType<AddEntriesRequest>());
        Assert.Equal(("blocked", 7200UL, "flood", false), (request.List, request.ExpiresS, request.Comment, request.Force));
        Assert.Equal((0, "Removed 1 of 1 from blocked.\n", ""), rig.Run("sources", "unblock", "203.0.113.0/24"));
        Assert.Equal("{\"removed\":0}\n", rig.Run("sources", "disallow", "192.0.2.99", "--json").Out);
        Assert.Contains("37 answered calls", rig.Run("sources", "preview", "192.0.2.31").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_is_tuned_tested_and_its_files_are_checked()
    {
        var collector = SampleData.Create();
        var rig = new CliRig(collector);
        Assert.Equal(0, rig.Run("rules", "tune", "sip_invite_flood", "gte=600", "window=5m", "--group", "edge", "-m", "dialer").Code);
        var tuning = Assert.Single(collector.Requests.OfType<TuneRuleRequest>());
        Assert.Equal(("edge", 600.0, 300_000UL, "dialer"), (tuning.Group, tuning.Thresholds.Gte, tuning.Thresholds.WindowMs, tuning.Comment));
        Assert.Equal(2, rig.Run("rules", "tune", "sip_invite_flood", "gte=many").Code);

        var (code, output, error) = rig.Run("rules", "test", "sip_invite_flood", "--set", "gte=400", "--compare");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("5 alerts (now 2)", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\r", output, StringComparison.Ordinal);

        using var folder = new PrivateFolder();
        File.WriteAllText(folder.File("mine.yml"), "title: x\n");
        (code, output, _) = rig.Run("rules", "check", folder.File("mine.yml"));
        Assert.Equal(1, code);
        Assert.Contains("there is no field 'source.ipp'", output, StringComparison.Ordinal);
        Assert.Equal(5, rig.Run("rules", "check", folder.File("none.yml")).Code);
    }

    [Theory]
    [InlineData("alerts list --levl high", "Did you mean '--level'?")]
    [InlineData("alert list", "Did you mean 'alerts'?")]
    [InlineData("alerts lst", "Did you mean 'list'?")]
    [InlineData("alerts list --jso", "Did you mean '--json'?")]
    [InlineData("alerts", "There are: list, watch, show")]
    public void What_was_mistyped_or_left_out_is_guessed_or_listed(string line, string hint)
    {
        var (code, output, error) = new CliRig(SampleData.Create()).Run(line.Split(' '));
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(hint, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_that_ends_before_it_begins_is_refused()
    {
        var (code, _, error) = new CliRig(SampleData.Create()).Run("events", "list", "--since", "1h", "--until", "2h");
        Assert.Equal(2, code);
        Assert.Contains("--until is not after --since", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sensornet al", "alerts")]
    [InlineData("sensornet alerts show a1", "a1f0c2")]
    [InlineData("sensornet rules show sip_inv", "sip_invite_flood")]
    [InlineData("sensornet sensors types edge-4", "edge-4")]
    [InlineData("sensornet sources show 203.0.113.7", "203.0.113.77")]
    [InlineData("sensornet events list --type sip.msg", "sip.msg.probe")]
    [InlineData("sensornet alerts list --level crit", "critical")]
    [InlineData("sensornet alerts list --lev", "--level")]
    public void Completion_knows_what_the_collector_knows(string line, string candidate) =>
        Assert.Equal((0, candidate + "\n", ""), new CliRig(SampleData.Create()).Run($"[suggest:{line.Length}]", line));

    [Theory]
    [InlineData("alerts show", "<alert>")]
    [InlineData("sources block", "<source>")]
    [InlineData("rules tune", "<rule>")]
    [InlineData("tokens revoke", "<token>")]
    [InlineData("completion", "<bash|fish|zsh>")]
    public void Help_names_its_arguments_and_asks_no_collector(string command, string argument)
    {
        var rig = new CliRig(SampleData.Create());
        var (code, output, _) = rig.Run([.. command.Split(' '), "--help"]);
        Assert.Equal(0, code);
        Assert.Contains($"Arguments:\n  {argument}", output, StringComparison.Ordinal);
        Assert.Null(rig.Settings);
    }

    [Fact]
    public void Completion_without_a_collector_is_silent_and_still_knows_the_words()
    {
        var collector = SampleData.Create();
        collector.Failure = new CollectorException(CollectorFailure.Unreachable, "gone");
        Assert.Equal((0, "", ""), new CliRig(collector).Run("[suggest:24]", "sensornet rules show sip"));
        Assert.Equal((0, "show\n", ""), new CliRig(collector).Run("[suggest:18]", "sensornet rules sh"));
    }

    [Fact]
    public void An_export_that_fails_leaves_no_file()
    {
        using var folder = new PrivateFolder();
        var collector = SampleData.Create();
        collector.Failure = new CollectorException(CollectorFailure.Unreachable, "gone");
        Assert.Equal(4, new CliRig(collector).Run("events", "export", "--out", folder.File("all.jsonl")).Code);
        Assert.Empty(Directory.GetFiles(folder.File(".")));
    }

    [Fact]
    public void Events_are_exported_in_the_form_that_the_files_name_says()
    {
        using var folder = new PrivateFolder();
        var rig = new CliRig(SampleData.Create());
        var (code, output, error) = rig.Run("events", "export", "--out", folder.File("all.jsonl"));
        Assert.Equal((0, $"Wrote 40 events to {folder.File("all.jsonl")}.\n", ""), (code, output, error));
        Assert.All(File.ReadLines(folder.File("all.jsonl")), line => JsonDocument.Parse(line).Dispose());
        Assert.Equal(1, rig.Run("events", "export", "--out", folder.File("all.jsonl")).Code);
        Assert.Equal(0, rig.Run("events", "export", "--out", folder.File("all.csv")).Code);
        Assert.Equal(41, File.ReadLines(folder.File("all.csv")).Count());
        Assert.Equal(2, rig.Run("events", "export", "--out", folder.File("all.txt")).Code);
    }

    [Fact]
    public void An_incident_is_listed_told_and_resolved()
    {
        var collector = SampleData.Create();
        var rig = new CliRig(collector);
        Assert.Contains("1c0ffee1", rig.Run("incidents", "list").Out, StringComparison.Ordinal);
        Assert.Contains("TIMELINE", rig.Run("incidents", "show", "1c0ffee1").Out, StringComparison.Ordinal);
        Assert.Equal("1c0ffee1 resolved: INVITE flood and user enumeration; 2 alerts changed\n", rig.Run("incidents", "resolve", "1c0ffee1", "--reason", "x").Out);
        Assert.Equal("x", Assert.Single(collector.Requests.OfType<UpdateIncidentRequest>()).Reason);
    }

    private static string Plain(string line) => System.Text.RegularExpressions.Regex.Replace(line, "\e\\[[0-9;]*m", "");
}

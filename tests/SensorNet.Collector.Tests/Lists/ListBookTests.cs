using System.Net;
using SensorNet.Collector.Lists;
using SensorNet.Collector.Tests.Detection;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Lists;

/// <summary>Named lists: what an entry changes, from the next event on, and for how long.</summary>
public sealed class ListBookTests
{
    private const long Second = 1_000_000_000;
    private const string FromListed = """
        title: From a listed source
        name: listed
        logsource: {product: sensornet}
        detection: {sel: {event.type: auth.failure, source.ip|cidr|expand: '%partners%'}, condition: sel}
        level: high
        """;

    [Fact]
    public void An_entry_counts_for_rules_from_the_next_event_on_and_no_longer_once_it_is_removed()
    {
        var detection = DetectionHarness.WithRules(FromListed, "lists: {partners: []}");
        detection.Feed(Failure(0));
        Assert.Empty(detection.Alerts);

        Add(detection, "partners", "203.0.113.0/24");
        detection.Feed(Failure(1));
        Assert.Equal(1UL, Assert.Single(detection.Alerts).Count);

        Remove(detection, "partners", "203.0.113.0/24");
        detection.Feed(Failure(2));
        Assert.Equal(1UL, Assert.Single(detection.Alerts).Count);
    }

    [Fact]
    public void A_trusted_source_is_not_counted_while_its_entry_lives()
    {
        var detection = DetectionHarness.WithRules(FromListed.Replace(", source.ip|cidr|expand: '%partners%'", "", StringComparison.Ordinal));
        Add(detection, KnownList.Trusted, "203.0.113.7", seconds: 60);
        detection.Feed(Failure(0));
        Assert.Empty(detection.Alerts);

        detection.Store.IngestTime += 61 * Second;
        detection.Store.Commit(detection.Stages);
        Assert.Empty(detection.Pipeline.Lists.Entries(KnownList.Trusted));
        detection.Feed(Failure(62));
        Assert.Single(detection.Alerts);
        Assert.Equal(["expire", "insert"], detection.Audit.List().Where(a => a.Change.ClassName == "list").Select(a => a.Change.Operation));
    }

    [Fact]
    public void Entries_survive_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("sensornet-lists-");
        File.WriteAllText(Path.Combine(folder.FullName, "rules.yml"), FromListed);
        File.WriteAllText(Path.Combine(folder.FullName, "thresholds.yml"), "lists: {partners: [192.0.2.1]}");
        var detection = DetectionHarness.WithFolder(folder.FullName);
        Add(detection, "partners", "203.0.113.0/24");
        detection.Restart();
        folder.Delete(recursive: true);
        Assert.Equal(["192.0.2.1", "203.0.113.0/24"], detection.Pipeline.Lists.Entries("partners").Select(e => e.Value));
        detection.Feed(Failure(0));
        Assert.Single(detection.Alerts);
    }

    [Fact]
    public void A_blocked_source_is_an_event_and_is_told_once_it_is_stored_and_again_when_it_expires()
    {
        var detection = DetectionHarness.WithRules(FromListed, "lists: {partners: []}");
        var told = new List<string>();
        detection.Pipeline.Lists.BlockChanged += (entry, blocked, actor) => told.Add($"{entry.Value} {blocked} {actor}");
        Add(detection, KnownList.Blocked, "203.0.113.7", seconds: 60);
        Add(detection, KnownList.Blocked, "203.0.113.7", seconds: 60);
        Assert.Equal(["203.0.113.7 True alice"], told);
        var blocked = Assert.Single(detection.Store.Events, e => e.Event.Type == EventType.IpBlocked).Event;
        Assert.Equal(("admin", "alice", "60", "203.0.113.7"), (blocked.Block.By, blocked.Actor, blocked.Attributes["block.seconds"], new IPAddress(blocked.SourceIp.Span).ToString()));

        detection.Store.IngestTime += 61 * Second;
        detection.Store.Commit(detection.Stages);
        Assert.Equal(["203.0.113.7 True alice", "203.0.113.7 False collector"], told);
        Assert.Single(detection.Store.Events, e => e.Event.Type == EventType.IpUnblocked);
    }

    [Theory]
    [InlineData("blocked", "somewhere", "not an address")]
    [InlineData("own_numbers", "+49x", "digits only")]
    [InlineData("Un kno wn", "a", "is not a name")]
    [InlineData("partners", "a\u001b[2Jb", "control characters")]
    public void What_is_no_value_of_the_list_is_refused(string list, string value, string reason)
    {
        var detection = DetectionHarness.WithRules(FromListed, "lists: {partners: []}");
        var refused = Assert.Throws<ChangeRefusedException>(() => Add(detection, list, value));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.77/24", "192.0.2.0/24")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:DB8:0::1/128", "2001:db8::1")]
    public void One_network_is_one_entry_however_it_is_written(string written, string value) =>
        Assert.Equal(value, ListValue.Normalise(ListKind.Address, written, out _));

    [Fact]
    public void An_entry_that_stands_in_a_file_is_taken_out_there()
    {
        var detection = DetectionHarness.WithRules(FromListed, "lists: {partners: [192.0.2.1]}");
        var refused = Assert.Throws<ChangeRefusedException>(() => Remove(detection, "partners", "192.0.2.1"));
        Assert.Contains("thresholds.yml", refused.Message, StringComparison.Ordinal);
    }

    private static Event Failure(int second) => Events.SshFailure(second, "203.0.113.7");

    private static void Add(DetectionHarness detection, string list, string value, ulong seconds = 0) =>
        detection.Store.Change(detection.Stages, commit => detection.Pipeline.Lists.Add(new AddEntriesRequest { List = list, Values = { value }, ExpiresS = seconds, Comment = "test" }, "alice", "test", commit));

    private static void Remove(DetectionHarness detection, string list, string value) =>
        detection.Store.Change(detection.Stages, commit => detection.Pipeline.Lists.Remove(new RemoveEntriesRequest { List = list, Values = { value } }, "alice", "test", commit));
}

using System.Text.Json;
using SensorNet.Sensor.Tests.Uplink;
using SensorNet.Tests.Shared;

namespace SensorNet.Sensor.Tests.Cli;

public sealed class ReplayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sn-replay-").FullName;

    [Fact]
    public async Task A_log_becomes_json_lines_with_ecs_names()
    {
        var log = WriteLog(3);
        var (exit, output, errors) = await SensorProcess.RunAsync("replay", "--log", log);
        Assert.True(exit == 0, errors);
        var events = Lines(output);
        Assert.Equal(3, events.Count);
        Assert.All(events, e => Assert.Equal("auth.failure", e.GetProperty("event.type").GetString()));
        Assert.Equal("198.51.100.7", events[0].GetProperty("source.ip").GetString());
        Assert.Equal(["u0", "u1", "u2"], events.Select(e => e.GetProperty("user.name").GetString()));
        Assert.Contains("3 lines", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2000)]
    public async Task A_full_disk_is_told_as_such(int lines)
    {
        var (exit, _, errors) = await SensorProcess.RunAsync("replay", "--log", WriteLog(lines), "--out", "/dev/full");
        Assert.Equal(1, exit);
        Assert.Contains("error: /dev/full: events cannot be written: No space left on device", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_without_an_event_are_given_when_the_configuration_says_so()
    {
        var log = Path.Combine(_folder, "raw.log");
        File.WriteAllText(log, "2026-11-21T00:00:00+00:00 vm clamd[7]: /srv/x: Php.Trojan.Agent FOUND\n");
        var configuration = Path.Combine(_folder, "raw.yaml");
        File.WriteAllText(configuration, "logs: {raw: true}\n");
        var (exit, output, errors) = await SensorProcess.RunAsync("replay", "--log", log, "--config", configuration);
        Assert.True(exit == 0, errors);
        Assert.Equal("log.raw", Assert.Single(Lines(output)).GetProperty("event.type").GetString());
    }

    [Fact]
    public async Task Capture_and_log_reach_the_collector_and_success_means_all_acknowledged()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        var (exit, output, errors) = await SensorProcess.RunAsync(
            "replay", Repository.TestData("captures", "options_flood.pcap.gz"), "--log", WriteLog(50), "--to", "collector",
            "--state-dir", fixture.StateDirectory, "--config", Config(collector.Address));
        Assert.True(exit == 0, errors);
        Assert.Contains("all acknowledged", errors, StringComparison.Ordinal);
        Assert.Equal("", output);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"u{i}"), fixture.Store.All.Where(e => e.Service == "sshd").Select(e => e.User));
        Assert.Equal(0, fixture.Store.Duplicates);
    }

    [Fact]
    public async Task Shifting_to_now_moves_all_inputs_by_one_constant()
    {
        var early = WriteLog(2, "early.log", "2020-03-01T00:00:00");
        var late = WriteLog(2, "late.log", "2020-03-01T02:00:00");
        var (exit, output, errors) = await SensorProcess.RunAsync("replay", "--log", late, "--log", early, "--shift-to-now");
        Assert.True(exit == 0, errors);
        var times = Lines(output).Select(e => e.GetProperty("event.time").GetInt64()).ToList();
        Assert.Equal(times.Order(), times);
        Assert.Equal(2 * 3600, (times[^1] - times[1]) / 1_000_000_000);
        var latest = DateTimeOffset.FromUnixTimeMilliseconds(times[^1] / 1_000_000);
        Assert.InRange((DateTimeOffset.UtcNow - latest).TotalSeconds, -1, 60);
    }

    [Fact]
    public async Task Lines_of_several_logs_are_merged_by_their_times()
    {
        string[] names = ["a", "b", "c"];
        var logs = names.Select((name, n) =>
        {
            var file = Path.Combine(_folder, name);
            File.WriteAllLines(file, Enumerable.Range(0, 20).Select(i => SshdLog.Line((3 * i) + n, $"2024-05-01T10:00:{(3 * i) + n:D2}")));
            return file;
        }).ToList();
        var (exit, output, errors) = await SensorProcess.RunAsync(["replay", .. logs.SelectMany(l => new[] { "--log", l })]);
        Assert.True(exit == 0, errors);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"u{i}"), Lines(output).Select(e => e.GetProperty("user.name").GetString()));
    }

    [Fact]
    public async Task A_file_that_is_no_capture_is_named_and_refused()
    {
        var file = Path.Combine(_folder, "text.pcap");
        await File.WriteAllTextAsync(file, "this is not a capture file at all\n");
        var (exit, _, errors) = await SensorProcess.RunAsync("replay", file);
        Assert.Equal(5, exit);
        Assert.Contains("text.pcap", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_capture_cut_short_gives_what_it_has_and_says_so()
    {
        await using (var packed = File.OpenRead(Repository.TestData("captures", "options_flood.pcap.gz")))
        await using (var unpacked = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionMode.Decompress))
        await using (var file = File.Create(Path.Combine(_folder, "cut.pcap")))
        {
            var octets = new byte[20_000];
            await unpacked.ReadExactlyAsync(octets);
            await file.WriteAsync(octets.AsMemory(0, 19_990));
        }

        var (exit, _, errors) = await SensorProcess.RunAsync("replay", Path.Combine(_folder, "cut.pcap"));
        Assert.Equal(5, exit);
        Assert.Contains("cut.pcap: at octet", errors, StringComparison.Ordinal);
        Assert.Contains("packets", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "replay")]
    [InlineData(2, "replay", "--no-such-flag")]
    [InlineData(2, "replay", "--speed", "-3", "x.pcap")]
    [InlineData(2, "replay", "--to", "nowhere", "x.pcap")]
    [InlineData(5, "replay", "no-such-file.pcap")]
    [InlineData(5, "replay", "--log", "no-such-file.log")]
    [InlineData(5, "parse-log", "no-such-file.log")]
    [InlineData(3, "run", "--config", "no-such-file.yaml")]
    [InlineData(2, "join", "collector.example")]
    [InlineData(2, "join", "collector.example", "--token", "nonsense")]
    public async Task Mistakes_have_their_exit_status_and_a_message(int expected, params string[] arguments)
    {
        var (exit, output, errors) = await SensorProcess.RunAsync(arguments);
        Assert.Equal(expected, exit);
        Assert.Equal("", output);
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_collector_is_given_up_after_the_timeout_and_events_stay_in_the_spool()
    {
        using var fixture = new UplinkFixture();
        var (exit, _, errors) = await SensorProcess.RunAsync(
            "replay", "--log", WriteLog(20), "--to", "collector", "--timeout", "1", "--state-dir", fixture.StateDirectory, "--config", Config("127.0.0.1:1"));
        Assert.Equal(4, exit);
        Assert.Contains("20 events stay in the spool", errors, StringComparison.Ordinal);

        await using var collector = await fixture.StartCollectorAsync();
        var (again, _, messages) = await SensorProcess.RunAsync(
            "replay", "--log", WriteLog(1, "one.log"), "--to", "collector", "--state-dir", fixture.StateDirectory, "--config", Config(collector.Address));
        Assert.True(again == 0, messages);
        Assert.Equal(21, fixture.Store.Count);
    }

    [Fact]
    public async Task A_collector_that_refuses_the_certificate_ends_it_at_once_with_the_reason()
    {
        using var fixture = new UplinkFixture();
        using var stranger = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        var (exit, _, errors) = await SensorProcess.RunAsync(
            "replay", "--log", WriteLog(5), "--to", "collector", "--state-dir", stranger.StateDirectory, "--config", Config(collector.Address));
        Assert.Equal(4, exit);
        Assert.Contains("No trust between sensor and collector", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sensor_that_never_joined_is_told_how_to()
    {
        var (exit, _, errors) = await SensorProcess.RunAsync("replay", "--log", WriteLog(1), "--to", "collector", "--state-dir", Path.Combine(_folder, "state"));
        Assert.Equal(3, exit);
        Assert.Contains("sensornet-sensor join", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_directory_in_use_is_left_alone()
    {
        using var fixture = new UplinkFixture();
        using var held = Sensor.Spool.StateDirectory.Hold(fixture.StateDirectory);
        var (exit, _, errors) = await SensorProcess.RunAsync("replay", "--log", WriteLog(1), "--to", "collector", "--state-dir", fixture.StateDirectory);
        Assert.Equal(6, exit);
        Assert.Contains(fixture.StateDirectory, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Joining_keeps_the_identity_and_the_collector_and_a_wrong_token_is_refused()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        var state = Path.Combine(_folder, "joined");
        var (wrong, _, refusal) = await SensorProcess.RunAsync("join", collector.Address, "--token", $"sn1.id.wrong.{fixture.Authority.Pin}", "--name", "edge-9", "--state-dir", state);
        Assert.Equal(4, wrong);
        Assert.Contains("refuses the token", refusal, StringComparison.Ordinal);

        using var stranger = new TestAuthority();
        var (other, _, mistrust) = await SensorProcess.RunAsync("join", collector.Address, "--token", $"sn1.id.secret.{stranger.Pin}", "--name", "edge-9", "--state-dir", state);
        Assert.Equal(4, other);
        Assert.Contains("not the collector that made this token", mistrust, StringComparison.Ordinal);

        var (exit, _, errors) = await SensorProcess.RunAsync("join", collector.Address, "--token", $"sn1.id.secret.{fixture.Authority.Pin}", "--name", "edge-9", "--state-dir", state);
        Assert.True(exit == 0, errors);
        Assert.Contains("joined", errors, StringComparison.Ordinal);

        // Nothing but what join kept is needed.
        var (replayed, _, messages) = await SensorProcess.RunAsync("replay", "--log", WriteLog(5), "--to", "collector", "--state-dir", state);
        Assert.True(replayed == 0, messages);
        Assert.Equal(5, fixture.Store.Count);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static List<JsonElement> Lines(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private string Config(string collector)
    {
        var file = Path.Combine(_folder, "sensor.yaml");
        File.WriteAllText(file, $"uplink:\n  collectors: [{collector}]\n");
        return file;
    }

    private string WriteLog(int lines, string name = "auth.log", string time = "2024-05-01T10:00:00")
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllLines(file, Enumerable.Range(0, lines).Select(i => SshdLog.Line(i, time)));
        return file;
    }
}

using SensorNet.Tests.Shared;

namespace SensorNet.EndToEnd.Tests;

/// <summary>What operators get wrong: each a sentence that says what and where, and a documented exit code.</summary>
public class BadInputTests
{
    [Fact]
    public async Task A_file_that_is_no_capture_is_named()
    {
        using var system = new TestSystem();
        var file = Path.Combine(system.Directory, "notes.pcap");
        await File.WriteAllTextAsync(file, "this is not a capture");
        var result = await system.SensorAsync("replay", file, "--to", "json");
        Assert.Equal(5, result.ExitCode);
        Assert.Contains(file, result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_truncated_capture_gives_what_is_whole_and_says_where_it_ends()
    {
        using var system = new TestSystem();
        var whole = Path.Combine(system.Directory, "whole.pcap");
        await using (var packed = new System.IO.Compression.GZipStream(File.OpenRead(Repository.TestData("captures", "options_flood.pcap.gz")), System.IO.Compression.CompressionMode.Decompress))
        await using (var output = File.Create(whole))
        {
            await packed.CopyToAsync(output);
        }

        var cut = Path.Combine(system.Directory, "cut.pcap");
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(whole)).AsMemory(..^7));
        var result = await system.SensorAsync("replay", cut, "--to", "json");
        Assert.Equal(5, result.ExitCode);
        Assert.Contains("cut.pcap", result.Errors, StringComparison.Ordinal);
        Assert.Contains("sip.source.stats", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_capture_is_named()
    {
        using var system = new TestSystem();
        var result = await system.SensorAsync("replay", Path.Combine(system.Directory, "absent.pcap"), "--to", "json");
        Assert.Equal(5, result.ExitCode);
        Assert.Contains("absent.pcap", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("collector")]
    [InlineData("sensor")]
    public async Task An_unknown_configuration_key_is_refused_with_its_place(string program)
    {
        using var system = new TestSystem();
        var file = Path.Combine(system.Directory, "config.yaml");
        await File.WriteAllTextAsync(file, "state_dirr: /tmp/x\n");
        var result = program == "collector"
            ? await RunningProgram.RunAsync(Programs.Collector, ["run", "--config", file], TimeSpan.FromSeconds(30))
            : await system.SensorAsync("config", "check", "--config", file);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains($"{file}:1:1", result.Errors, StringComparison.Ordinal);
        Assert.Contains("state_dir", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_flag_is_a_usage_error_of_every_program()
    {
        foreach (var program in new[] { Programs.Sensor, Programs.Collector, Programs.Console })
        {
            var result = await RunningProgram.RunAsync(program, ["--no-such-flag"], TimeSpan.FromSeconds(30));
            Assert.Equal(2, result.ExitCode);
            Assert.Contains("--no-such-flag", result.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_wrong_token_is_refused_and_a_right_one_still_works()
    {
        using var system = new TestSystem();
        await system.StartCollectorAsync();
        var token = (await system.ConsoleAsync("tokens", "create", "--role", "sensor", "--name", "edge-1", "--quiet")).Succeeded().Trim();
        var parts = token.Split('.');
        var forged = $"{parts[0]}.{parts[1]}.{new string('a', parts[2].Length)}.{parts[3]}";
        var refused = await system.SensorAsync("join", system.Address, "--token", forged, "--name", "edge-1", "--state-dir", system.SensorState("edge-1"));
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("token", refused.Errors, StringComparison.OrdinalIgnoreCase);
        (await system.SensorAsync("join", system.Address, "--token", token, "--name", "edge-1", "--state-dir", system.SensorState("edge-1"))).Succeeded();
    }

    [Fact]
    public async Task A_token_that_pins_another_authority_is_refused_by_the_sensor_itself()
    {
        using var system = new TestSystem();
        await system.StartCollectorAsync();
        var token = (await system.ConsoleAsync("tokens", "create", "--role", "sensor", "--quiet")).Succeeded().Trim();
        var parts = token.Split('.');
        var elsewhere = $"{parts[0]}.{parts[1]}.{parts[2]}.{new string('0', parts[3].Length)}";
        var refused = await system.SensorAsync("join", system.Address, "--token", elsewhere, "--name", "edge-1", "--state-dir", system.SensorState("edge-1"));
        Assert.Equal(4, refused.ExitCode);
    }

    [Fact]
    public async Task A_second_collector_on_the_same_state_directory_is_refused_and_the_first_goes_on()
    {
        using var system = new TestSystem();
        await system.StartCollectorAsync();
        var second = await RunningProgram.RunAsync(
            Programs.Collector,
            ["run", "--state-dir", system.CollectorState, "--listen", "127.0.0.1:0", "--socket", Path.Combine(system.Directory, "second.sock")],
            TimeSpan.FromSeconds(30));
        Assert.Equal(6, second.ExitCode);
        Assert.Contains(system.CollectorState, second.Errors, StringComparison.Ordinal);
        (await system.ConsoleAsync("status")).Succeeded();
    }

    [Fact]
    public async Task A_port_in_use_is_said_and_nothing_is_left_behind()
    {
        using var first = new TestSystem();
        await first.StartCollectorAsync();
        using var other = new TestSystem();
        var second = await RunningProgram.RunAsync(
            Programs.Collector,
            ["run", "--state-dir", other.CollectorState, "--listen", first.Address, "--socket", other.Socket],
            TimeSpan.FromSeconds(30));
        Assert.Equal(6, second.ExitCode);
        Assert.Contains(first.Address[(first.Address.LastIndexOf(':') + 1)..], second.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(other.CollectorState, "listening")));
    }

    [Fact]
    public async Task A_console_without_a_collector_says_what_to_do()
    {
        using var system = new TestSystem();
        var result = await system.ConsoleAsync("alerts", "list");
        Assert.Equal(4, result.ExitCode);
        Assert.Contains(system.Socket, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sensor_that_never_joined_says_so()
    {
        using var system = new TestSystem();
        await system.StartCollectorAsync();
        var result = await system.ReplayAsync("edge-9", Repository.TestData("captures", "options_flood.pcap.gz"));
        Assert.Contains(result.ExitCode, new[] { 3, 4 });
        Assert.Contains("join", result.Errors, StringComparison.Ordinal);
    }
}

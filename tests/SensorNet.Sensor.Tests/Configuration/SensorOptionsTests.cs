using SensorNet.Proto.Configuration;
using SensorNet.Sensor.Cli;
using SensorNet.Sensor.Configuration;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Configuration;

public sealed class SensorOptionsTests
{
    [Fact]
    public void A_sensor_runs_without_any_file()
    {
        var options = Read("");
        Assert.Equal("/var/lib/sensornet-sensor", options.StateDirectory);
        Assert.Equal("/var/lib/sensornet-sensor/spool", options.Spool.Directory);
        Assert.Equal(Environment.MachineName, options.Host);
        Assert.Empty(options.DisabledEvents);
        Assert.False(options.Logs.EmitRaw);
        Assert.Equal(100, options.Uplink.BatchEvents);
    }

    [Fact]
    public void Settings_take_effect()
    {
        var options = Read("""
            host: pbx-7
            capture:
              interfaces: [eth0, eth1]
              ports: [5060, 6000-6010, auto]
              hep:
                listen: 127.0.0.1
                allowed_senders: [192.0.2.0/24, "2001:db8::1"]
            sip:
              rates: ["INVITE 30/1s", "requests 500/1m"]
              keep_messages: on_failure
            logs:
              files: [/var/log/auth.log]
              sources:
                - path: /var/log/pbx.log
                  format: kamailio
            events:
              disabled: [sip.source.stats, reg-new]
            uplink:
              collectors: ["a.example", "b.example:9000"]
              bandwidth: 64KiB
            """);
        Assert.Equal("pbx-7", options.Host);
        Assert.Equal(["eth0", "eth1"], options.Capture.Interfaces);
        Assert.True(options.Capture.Decode.AnyPort);
        Assert.True(options.Capture.Decode.SipPorts.Contains(6005));
        Assert.Equal(2, options.Capture.Hep!.AllowedSenders.Count);
        Assert.Equal(30, options.Sip.Rates[0].Limit);
        Assert.Equal(2, options.Logs.Files.Count);
        Assert.Equal([EventType.SipSourceStats, EventType.SipRegistrationNew], options.DisabledEvents);
        Assert.Equal(options.DisabledEvents, options.Sip.Disabled);
        Assert.Equal(64 << 10, options.Uplink.BandwidthBytesPerSecond);
    }

    [Theory]
    [InlineData("captur: {}", "test:1:1: unknown key `captur`. Did you mean `capture`?")]
    [InlineData("capture:\n  interface: [eth0]", "Did you mean `interfaces`?")]
    [InlineData("capture:\n  kernel_buffer: lots", "`capture.kernel_buffer` is `lots`")]
    [InlineData("capture:\n  interfaces: [any, eth0]", "'any' already covers every interface")]
    [InlineData("capture:\n  ports: [99999]", "capture.ports")]
    [InlineData("capture:\n  hep:\n    listen: here", "it must be a local IP address")]
    [InlineData("sip:\n  rates: [\"requests lots\"]", "write `requests 50/1s`")]
    [InlineData("sip:\n  rates: [\"foo 1/1s\"]", "test:2:10: `sip.rates` is refused: Rate limit of 'foo'")]
    [InlineData("state_dir:", "test:1:11: `state_dir` is empty")]
    [InlineData("logs:\n  files: [auth.log]", "must be an absolute path")]
    [InlineData("logs:\n  files: [/a.log, /a.log]", "names /a.log twice")]
    [InlineData("logs:\n  time_zone: Mars/Base", "Mars/Base")]
    [InlineData("events:\n  disabled: [sip.call.strat]", "Did you mean `sip.call.start`?")]
    [InlineData("spool:\n  max_bytes: 4MiB", "must be at least twice")]
    [InlineData("uplink:\n  collectors: [\"http://x\"]", "write host:port")]
    [InlineData("uplink:\n  batch_events: 0", "a whole number from 1 to 1000")]
    [InlineData("uplink: [", "not valid YAML")]
    public void What_cannot_be_meant_is_refused_with_its_place_and_a_remedy(string yaml, string expected)
    {
        var problem = Assert.Throws<ConfigurationException>(() => Read(yaml));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.Contains("test:", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_overrides_the_file()
    {
        Environment.SetEnvironmentVariable("SENSORNET_TEST_ENV__UPLINK__COLLECTORS", "x.example, y.example:1");
        var options = SensorOptions.Read(ConfigurationSection.Parse("uplink:\n  collectors: [z.example]", "test", "SENSORNET_TEST_ENV"));
        Assert.Equal(["x.example", "y.example:1"], options.Uplink.Collectors);
    }

    [Fact]
    public void A_configuration_that_anybody_may_write_is_not_trusted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are those of unix");
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "host: x\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
            }

            Assert.Contains("chmod o-w", Assert.Throws<ConfigurationException>(() => SensorOptions.Load(file)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void The_reference_names_every_setting_and_is_itself_a_configuration()
    {
        var reference = new StringWriter();
        ConfigCommand.WriteReference(reference);
        var text = reference.ToString();
        foreach (var entry in Read("").Entries)
        {
            Assert.Contains($"# {entry.Path.Split('.')[^1]}: {entry.Default}", text, StringComparison.Ordinal);
        }

        // As it is, and with every setting uncommented, it gives the defaults.
        Assert.Equal(Read("").Entries.Select(e => e.Value), Read(text).Entries.Select(e => e.Value));
        var uncommented = string.Join('\n', text.Split('\n').Select(Uncomment));
        Assert.Equal(Read("").Entries.Select(e => e.Value), Read(uncommented).Entries.Select(e => e.Value));
    }

    private static string Uncomment(string line)
    {
        var at = line.IndexOf("# ", StringComparison.Ordinal);
        return at >= 0 && System.Text.RegularExpressions.Regex.IsMatch(line[(at + 2)..], "^[a-z0-9_]+: ") ? line.Remove(at, 2) : line;
    }

    private static SensorOptions Read(string yaml) => SensorOptions.Read(ConfigurationSection.Parse(yaml, "test", "SENSORNET_TEST"));
}

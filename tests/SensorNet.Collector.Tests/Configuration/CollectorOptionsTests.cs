using SensorNet.Collector.Configuration;
using SensorNet.Proto.Configuration;

namespace SensorNet.Collector.Tests.Configuration;

/// <summary>Every value that nothing could be done with is refused, with its place and what to write instead.</summary>
public sealed class CollectorOptionsTests
{
    [Theory]
    [InlineData("event_files: {enable: true}", "1:15: unknown key `event_files.enable`. Did you mean `enabled`?")]
    [InlineData("event_files: true", "1:14: `event_files` must be a section")]
    [InlineData("state_dir:", "1:11: `state_dir` is empty")]
    [InlineData("detection: {rules: [/nonexistent]}", "1:20: `detection.rules` has `/nonexistent`, which is no directory")]
    [InlineData("detection: {carriers: [192.0.2.1, 192.0.2.1/99]}", "1:23: `detection.carriers` has `192.0.2.1/99`")]
    [InlineData("detection: {trusted_sources: [host.example]}", "1:30: `detection.trusted_sources` has `host.example`")]
    [InlineData("detection: {home_country_code: \"+49\"}", "1:32: `detection.home_country_code` is `+49`; it must be one to three digits")]
    [InlineData("detection: {own_numbers: [+4930]}", "1:26: `detection.own_numbers` has `+4930`")]
    [InlineData("listen: {names: [a b]}", "1:17: `listen.names` has `a b`")]
    [InlineData("notify: {level: urgent}", "1:17: `notify.level` is `urgent`; it must be low, medium, high or critical")]
    [InlineData("notify: {webhook: \"ftp://x\"}", "1:19: `notify.webhook` is `ftp://x`")]
    [InlineData("notify: {webhook_secret_file: /nonexistent}", "1:31: `notify.webhook_secret_file` cannot be read")]
    [InlineData("notify: {command: /nonexistent}", "1:19: `notify.command` is `/nonexistent`, which is no file")]
    [InlineData("notify: {syslog: \"a:b:c\"}", "1:18: `notify.syslog` is `a:b:c`")]
    [InlineData("notify: {syslog: \"host:0\"}", "1:18: `notify.syslog` is `host:0`")]
    public void A_value_that_cannot_work_is_refused(string yaml, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => Load(yaml));
        Assert.Contains($"collector.yaml:{expected}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("loghost", "loghost", 514)]
    [InlineData("loghost:1514", "loghost", 1514)]
    [InlineData("2001:db8::1", "2001:db8::1", 514)]
    [InlineData("[2001:db8::1]", "2001:db8::1", 514)]
    [InlineData("[2001:db8::1]:1514", "2001:db8::1", 1514)]
    public void A_syslog_receiver_is_a_host_with_or_without_a_port(string text, string host, int port) =>
        Assert.Equal((host, port), Load($"notify: {{syslog: \"{text}\"}}").Notify.Syslog);

    private static CollectorOptions Load(string yaml)
    {
        var directory = Directory.CreateTempSubdirectory("sensornet-options").FullName;
        try
        {
            var file = Path.Combine(directory, "collector.yaml");
            File.WriteAllText(file, yaml);
            return CollectorOptions.Load(file);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}

using System.Globalization;
using System.Text;
using SensorNet.Sensor.Logs;
using SensorNet.Tests.Shared;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Logs;

public sealed class LogEnvelopeTests
{
    [Theory]
    [InlineData("Nov 21 01:36:45 vm sshd[5]: hi", "2026-11-21T01:36:45Z", "vm", "sshd", 5, "hi")]
    [InlineData("Nov  2 01:36:45 vm sshd[5]: hi", "2026-11-02T01:36:45Z", "vm", "sshd", 5, "hi")]
    [InlineData("Nov 2 01:36:45 vm sshd[5]: hi", "2026-11-02T01:36:45Z", "vm", "sshd", 5, "hi")]
    [InlineData("Dec 31 23:59:59 vm sshd: hi", "2025-12-31T23:59:59Z", "vm", "sshd", 0, "hi")]
    [InlineData("Nov 22 11:00:00 vm sshd: ahead by less than a day", "2026-11-22T11:00:00Z", "vm", "sshd", 0, "ahead by less than a day")]
    [InlineData("Feb 29 01:00:00 vm cron: leap", "2024-02-29T01:00:00Z", "vm", "cron", 0, "leap")]
    [InlineData("Nov 21 2025 01:36:45 vm sshd: year", "2025-11-21T01:36:45Z", "vm", "sshd", 0, "year")]
    [InlineData("Nov 21 01:36:45 sshd[5]: no host", "2026-11-21T01:36:45Z", "", "sshd", 5, "no host")]
    [InlineData("<38>Nov 21 01:36:45 vm sshd[5]: hi", "2026-11-21T01:36:45Z", "vm", "sshd", 5, "hi")]
    [InlineData("2026-11-21T01:36:44.616829+01:00 vm sshd[5]: hi", "2026-11-21T00:36:44.616829Z", "vm", "sshd", 5, "hi")]
    [InlineData("2026-11-21T01:36:44Z vm (systemd)[5]: hi", "2026-11-21T01:36:44Z", "vm", "systemd", 5, "hi")]
    [InlineData("2026-11-21 01:36:44,250 fail2ban.actions [5]: NOTICE", "2026-11-21T01:36:44.25Z", "", "fail2ban", 0, "fail2ban.actions [5]: NOTICE")]
    [InlineData("<38>1 2026-11-21T01:36:44Z vm sshd 5 ID1 [a@1 b=\"\\\"]x\"][c@2 d=\"e\"] hi", "2026-11-21T01:36:44Z", "vm", "sshd", 5, "hi")]
    [InlineData("<38>1 - - - - - - hi", "", "", "", 0, "hi")]
    [InlineData("type=SYSCALL msg=audit(1684329817.579:2995): a=b", "2023-05-17T13:23:37.579Z", "", "audit", 0, "type=SYSCALL msg=audit(1684329817.579:2995): a=b")]
    [InlineData("node=web type=SYSCALL msg=audit(1684329817.579:2995): a=b", "2023-05-17T13:23:37.579Z", "web", "audit", 0, "type=SYSCALL msg=audit(1684329817.579:2995): a=b")]
    [InlineData("[Dec 21 12:57:01] SECURITY[77]: x", "2025-12-21T12:57:01Z", "", "", 0, "SECURITY[77]: x")]
    [InlineData("@400000006b00f5b624c41048 sshd[5]: hi", "2026-11-21T01:36:44.616829Z", "", "sshd", 5, "hi")]
    [InlineData("@400000006b00f5b624c41048 vm sshd[5]: hi", "2026-11-21T01:36:44.616829Z", "vm", "sshd", 5, "hi")]
    [InlineData("@400000006b00f5b624c41048 of a daemon's own", "2026-11-21T01:36:44.616829Z", "", "", 0, "of a daemon's own")]
    [InlineData("@400000006920z0000000000a sshd[5]: no such time", "", "@400000006920z0000000000a", "sshd", 5, "no such time")]
    [InlineData("[12345.678901] eth0: up", "", "", "kernel", 0, "eth0: up")]
    [InlineData("Nov 31 01:36:45 vm sshd: no such day", "", "", "", 0, "Nov 31 01:36:45 vm sshd: no such day")]
    [InlineData("2026-13-21T01:36:44Z vm sshd: no such month", "", "", "", 0, "2026-13-21T01:36:44Z vm sshd: no such month")]
    public void Line_is_taken_apart(string text, string time, string host, string program, uint pid, string message)
    {
        var line = new LogEnvelope(Clock(TimeZoneInfo.Utc)).Read(Encoding.UTF8.GetBytes(text));
        Assert.Equal(time.Length == 0 ? 0 : LogClock.ToNanoseconds(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture)), line.Time);
        Assert.Equal((host, program, pid, message), (Text(line.Host), Text(line.Program), line.Pid, Text(line.Message)));
    }

    [Fact]
    public void Zone_of_the_sensor_holds_for_lines_without_one_also_across_its_changes()
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var envelope = new LogEnvelope(Clock(berlin));
        Assert.Equal(Nanoseconds("2026-07-01T10:00:00Z"), envelope.Read("Jul  1 12:00:00 vm x: y"u8).Time);
        Assert.Equal(Nanoseconds("2026-11-01T11:00:00Z"), envelope.Read("Nov  1 12:00:00 vm x: y"u8).Time);
        var line = envelope.Read("2026-07-01 12:00:00 vm x[1]: y"u8);
        Assert.Equal((Nanoseconds("2026-07-01T10:00:00Z"), TimeZoneSource.Sensor), (line.Time, line.Zone));
    }

    [Fact]
    public void Clock_that_is_set_while_lines_are_read_counts_for_the_very_next_line()
    {
        var clock = new Spool.TestClock(DateTimeOffset.Parse("2020-01-05T00:00:00Z", CultureInfo.InvariantCulture));
        var envelope = new LogEnvelope(new LogClock(TimeZoneInfo.Utc, clock));
        Assert.Equal(Nanoseconds("2019-11-21T01:36:45Z"), envelope.Read("Nov 21 01:36:45 vm x: before the network time came"u8).Time);

        clock.Now = DateTimeOffset.Parse("2026-11-21T02:00:00Z", CultureInfo.InvariantCulture);
        Assert.Equal(Nanoseconds("2026-11-21T01:36:46Z"), envelope.Read("Nov 21 01:36:46 vm x: after it"u8).Time);

        clock.Now = DateTimeOffset.Parse("2025-11-21T02:00:00Z", CultureInfo.InvariantCulture);
        Assert.Equal(Nanoseconds("2025-11-21T01:36:47Z"), envelope.Read("Nov 21 01:36:47 vm x: set back"u8).Time);
    }

    [Fact]
    public void Lines_nobody_wants_cost_no_memory()
    {
        var pipeline = new LogPipeline(new LogPipelineOptions { Host = "h", Origin = "o" }, new SinkOutput(new LogRun()), TimeProvider.System);
        byte[][] lines =
        [
            .. new[]
            {
                "Nov 21 01:36:45 vm sshd[5]: Connection from 192.0.2.1 port 5 on 192.0.2.2 port 22 rdomain \"\"",
                "Nov 21 01:36:45 vm mydaemon[5]: nothing of interest",
                "2026-11-21T01:36:44.616829+01:00 vm kamailio[5]: INFO: <core> [main.c:1]: main(): fine",
                "Nov 21 01:36:46 vm kernel: [ 1.0] usb 1-1: new device",
            }.Select(Encoding.UTF8.GetBytes),
        ];
        void Read()
        {
            foreach (var line in lines)
            {
                pipeline.Line(line);
            }
        }

        for (var i = 0; i < 200; i++)
        {
            Read();
        }

        Assert.Equal(0, Allocations.LeastOf(10, () =>
        {
            for (var i = 0; i < 1000; i++)
            {
                Read();
            }
        }));
    }

    private static long Nanoseconds(string time) => LogClock.ToNanoseconds(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture));

    private static LogClock Clock(TimeZoneInfo zone) => new(zone, TimeProvider.System, LogRun.Reference);

    private static string Text(ReadOnlySpan<byte> octets) => Encoding.UTF8.GetString(octets);
}

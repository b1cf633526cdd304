using System.Net;
using System.Net.Sockets;
using SensorNet.Sensor.Tests.Decode;
using SensorNet.Sensor.Tests.Uplink;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Cli;

public sealed class LiveSensorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sn-live-").FullName;

    private string LogFile => Path.Combine(_folder, "auth.log");

    [Fact]
    public async Task A_log_is_followed_and_the_sensor_stops_cleanly_when_told_to()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        await File.WriteAllTextAsync(LogFile, "");
        using var sensor = StartSensor(fixture, collector.Address);
        await UplinkFixture.EventuallyAsync(() => fixture.Store.All.Any(e => e.Type == EventType.SensorStarted), "started");
        Append(0, 10);
        await UplinkFixture.EventuallyAsync(() => Users(fixture).Count == 10, $"10 lines told\n{sensor.Errors}");

        sensor.Signal("TERM");
        Assert.Equal(0, await sensor.WaitAsync());
        await UplinkFixture.EventuallyAsync(() => fixture.Store.All.Any(e => e.Type == EventType.SensorStopped), "stopped");
        Assert.Equal(UplinkFixture.UserNames(0, 10), Users(fixture));
    }

    [Fact]
    public async Task Killed_at_any_moment_the_sensor_loses_and_doubles_no_line()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        await File.WriteAllTextAsync(LogFile, "");
        var random = new Random(1);
        var written = 0;
        for (var round = 0; round < 8; round++)
        {
            using var sensor = StartSensor(fixture, collector.Address);
            if (round == 0)
            {
                await UplinkFixture.EventuallyAsync(() => !collector.Ingest.Hellos.IsEmpty, $"connected\n{sensor.Errors}");
            }

            // Lines keep coming until it is killed, some before it runs, some while it does.
            var until = DateTime.UtcNow.AddMilliseconds(random.Next(50, 900));
            while (DateTime.UtcNow < until)
            {
                var count = random.Next(1, 40);
                Append(written, count);
                written += count;
                await Task.Delay(random.Next(1, 10));
            }

            sensor.Kill();
        }

        using var last = StartSensor(fixture, collector.Address);
        await UplinkFixture.EventuallyAsync(() => Users(fixture).Count >= written, $"all {written} lines told\n{last.Errors}", 60);
        Assert.Equal(UplinkFixture.UserNames(0, written).Order(), Users(fixture).Order());
    }

    [Fact]
    public async Task A_reload_changes_what_is_sent_and_names_what_needs_a_restart()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        await File.WriteAllTextAsync(LogFile, "");
        using var sensor = StartSensor(fixture, collector.Address);
        await UplinkFixture.EventuallyAsync(() => fixture.Store.All.Any(e => e.Type == EventType.SensorStarted), $"started\n{sensor.Errors}");

        WriteConfig(collector.Address, "events:\n  disabled: [auth.failure]\nqueue:\n  events: 1000\n");
        sensor.Signal("HUP");
        await UplinkFixture.EventuallyAsync(() => sensor.Errors.Contains("need a restart: queue.events", StringComparison.Ordinal), "reloaded");
        Append(0, 5);

        WriteConfig(collector.Address, "events:\n  disabld: []\n");
        sensor.Signal("HUP");
        await UplinkFixture.EventuallyAsync(() => sensor.Errors.Contains("Did you mean `disabled`?", StringComparison.Ordinal), "refused");
        sensor.Signal("TERM");
        Assert.Equal(0, await sensor.WaitAsync());
        Assert.Empty(Users(fixture));
    }

    [Fact]
    public async Task A_reload_follows_other_files_measures_and_protects_without_a_restart()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        await File.WriteAllTextAsync(LogFile, "");
        var second = Path.Combine(_folder, "second.log");
        await File.WriteAllTextAsync(second, "");
        WriteConfig(collector.Address, "metrics:\n  enabled: false\n");
        using var sensor = SensorProcess.Start("run", "--state-dir", fixture.StateDirectory, "--config", ConfigFile);
        await UplinkFixture.EventuallyAsync(() => fixture.Store.All.Any(e => e.Type == EventType.SensorStarted), $"started\n{sensor.Errors}");
        Append(0, 5);
        await UplinkFixture.EventuallyAsync(() => Users(fixture).Count == 5, $"the first file is followed\n{sensor.Errors}");

        WriteConfig(collector.Address, $"metrics:\n  interval: 1s\nprivacy:\n  accounts: truncate\n", second);
        sensor.Signal("HUP");
        await UplinkFixture.EventuallyAsync(() => sensor.Errors.Contains("Changed: logs.files, metrics.enabled, metrics.interval, privacy.accounts.", StringComparison.Ordinal), $"reloaded\n{sensor.Errors}");
        Assert.DoesNotContain("restart", sensor.Errors, StringComparison.Ordinal);
        await File.AppendAllTextAsync(second, "Nov 21 01:36:45 vm sshd[5]: Failed password for carolina from 192.0.2.1 port 22 ssh2\n");
        Append(5, 5);
        await UplinkFixture.EventuallyAsync(() => Users(fixture).Count == 6, $"the second file is followed, the first no longer\n{sensor.Errors}");
        Assert.Equal("car…", Users(fixture)[^1]);
        await UplinkFixture.EventuallyAsync(() => fixture.Store.All.Any(e => e.Type == EventType.ResourceSample), "measured");
        sensor.Signal("TERM");
        Assert.Equal(0, await sensor.WaitAsync());
        Assert.Equal(6, Users(fixture).Count);
    }

    [Fact]
    public async Task A_reload_lowers_the_rates_of_sip_without_a_restart()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        await File.WriteAllTextAsync(LogFile, "");
        int port;
        using (var free = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)))
        {
            port = ((IPEndPoint)free.Client.LocalEndPoint!).Port;
        }

        var hep = $"capture:\n  hep:\n    listen: 127.0.0.1\n    port: {port}\n";
        WriteConfig(collector.Address, hep + "sip:\n  stats_interval: 1s\n  rates: [requests 100000/1h]\n");
        using var sensor = SensorProcess.Start("run", "--state-dir", fixture.StateDirectory, "--config", ConfigFile);
        await UplinkFixture.EventuallyAsync(() => fixture.Store.All.Any(e => e.Type == EventType.SensorStarted), $"started\n{sensor.Errors}");

        using var agent = new UdpClient();
        agent.Connect(IPAddress.Loopback, port);
        Send("before");
        await UplinkFixture.EventuallyAsync(() => fixture.Store.All.Any(e => e.Type == EventType.SipSourceStats), $"requests seen\n{sensor.Errors}");
        Assert.DoesNotContain(fixture.Store.All, e => e.Type == EventType.SipRateExceeded);

        WriteConfig(collector.Address, hep + "sip:\n  stats_interval: 1s\n  rates: [requests 10/1h]\n");
        sensor.Signal("HUP");
        await UplinkFixture.EventuallyAsync(() => sensor.Errors.Contains("Changed: sip.rates.", StringComparison.Ordinal), $"reloaded\n{sensor.Errors}");
        Send("after");
        await UplinkFixture.EventuallyAsync(() => fixture.Store.All.Any(e => e.Type == EventType.SipRateExceeded), $"exceeded\n{sensor.Errors}");
        Assert.DoesNotContain("restart", sensor.Errors, StringComparison.Ordinal);

        void Send(string name)
        {
            for (var i = 0; i < 20; i++)
            {
                agent.Send(Hep.Version3(Packets.Request(callId: $"{name}-{i}"), (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
            }
        }
    }

    [Fact]
    public async Task The_service_manager_is_told_of_readiness_life_and_end()
    {
        using var fixture = new UplinkFixture();
        var path = Path.Combine(_folder, "notify");
        using var manager = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Unspecified);
        manager.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        manager.ReceiveTimeout = 20_000;
        WriteConfig("127.0.0.1:1", "");
        using var sensor = SensorProcess.Start(
            new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "300000" },
            "run", "--state-dir", fixture.StateDirectory, "--config", ConfigFile);
        var told = new List<string>();
        var buffer = new byte[256];
        while (!told.Contains("WATCHDOG=1"))
        {
            told.Add(System.Text.Encoding.ASCII.GetString(buffer, 0, manager.Receive(buffer)));
        }

        sensor.Signal("TERM");
        while (told[^1] != "STOPPING=1")
        {
            told.Add(System.Text.Encoding.ASCII.GetString(buffer, 0, manager.Receive(buffer)));
        }

        Assert.Equal(0, await sensor.WaitAsync());
        Assert.StartsWith("READY=1", told[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_says_what_is_missing_and_how_to_mend_it()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        await File.WriteAllTextAsync(LogFile, "");
        WriteConfig(collector.Address, "capture:\n  interfaces: [nosuch0]\n");
        var (exit, output, _) = await SensorProcess.RunAsync("doctor", "--state-dir", fixture.StateDirectory, "--config", ConfigFile);
        Assert.Equal(1, exit);
        Assert.Contains("BAD   ", output, StringComparison.Ordinal);
        Assert.Contains("sensornet-sensor interfaces", output, StringComparison.Ordinal);
        Assert.Contains($"good  {LogFile}: can be read", output, StringComparison.Ordinal);
        Assert.Contains("good  Joined as edge-1", output, StringComparison.Ordinal);
        Assert.Contains($"good  {fixture.StateDirectory}: can be written", output, StringComparison.Ordinal);

        File.Delete(LogFile);
        await collector.DisposeAsync();
        var (_, later, _) = await SensorProcess.RunAsync("doctor", "--state-dir", fixture.StateDirectory, "--config", ConfigFile);
        Assert.Contains($"BAD   {LogFile}: there is no such file.", later, StringComparison.Ordinal);
        Assert.Contains($"BAD   {collector.Address}", later, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interface_that_does_not_exist_ends_it_with_a_message()
    {
        using var fixture = new UplinkFixture();
        WriteConfig("127.0.0.1:1", "");
        var (exit, _, errors) = await SensorProcess.RunAsync("run", "-i", "nosuch0", "--state-dir", fixture.StateDirectory, "--config", ConfigFile);
        Assert.Equal(1, exit);
        Assert.Contains("nosuch0", errors, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task An_idle_sensor_is_small()
    {
        using var fixture = new UplinkFixture();
        await using var collector = await fixture.StartCollectorAsync();
        await File.WriteAllTextAsync(LogFile, "");
        using var sensor = StartSensor(fixture, collector.Address);
        await UplinkFixture.EventuallyAsync(() => !collector.Ingest.Heartbeats.IsEmpty, $"a heartbeat\n{sensor.Errors}");
        await Task.Delay(TimeSpan.FromSeconds(12), CancellationToken.None);
        var heartbeat = collector.Ingest.Heartbeats.Last();

        // The framework's files, mapped and shared with whatever else runs on it, are not counted.
        var own = File.ReadLines($"/proc/{sensor.Id}/status").Where(l => l.StartsWith("RssAnon", StringComparison.Ordinal) || l.StartsWith("RssShmem", StringComparison.Ordinal))
            .Sum(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(own < 40 << 10, $"{own >> 10} MiB");
        Assert.True(heartbeat.CpuPercent < 5, $"{heartbeat.CpuPercent} % of a core");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string ConfigFile => Path.Combine(_folder, "sensor.yaml");

    private static List<string> Users(UplinkFixture fixture) => [.. fixture.Store.All.Where(e => e.Service == "sshd").Select(e => e.User)];

    private void WriteConfig(string collector, string more, string? log = null) =>
        File.WriteAllText(ConfigFile, $"uplink:\n  collectors: [{collector}]\nlogs:\n  from_start: true\n  files: [{log ?? LogFile}]\n{more}");

    private SensorProcess StartSensor(UplinkFixture fixture, string collector)
    {
        WriteConfig(collector, "");
        return SensorProcess.Start("run", "--state-dir", fixture.StateDirectory, "--config", ConfigFile);
    }

    private void Append(int from, int count) =>
        File.AppendAllLines(LogFile, Enumerable.Range(from, count).Select(i => SshdLog.Line(i, DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture))));
}

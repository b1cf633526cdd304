using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SensorNet.EndToEnd.Tests;

/// <summary>A real scanner against a real port, captured on loopback.</summary>
public class LiveCaptureTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_scanner_is_on_the_watchers_screen_while_it_scans()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "capturing needs root or CAP_NET_RAW");
        Assert.SkipUnless(File.Exists("/usr/bin/svmap"), "sipvicious is not installed");
        using var system = new TestSystem();
        await system.StartCollectorAsync();
        await system.EnrolAsync("edge-1");

        // Something listens, on an address that no other test uses, so that the scan is of a host that is there.
        using var target = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        target.Bind(new IPEndPoint(IPAddress.Parse("127.0.73.10"), 5060));

        using var sensor = RunningProgram.Start(Programs.Sensor, ["run", "--interface", "lo", "--state-dir", system.SensorState("edge-1")]);
        using var watcher = RunningProgram.Start(Programs.Console, ["alerts", "watch", "--json"], system.ConsoleEnvironment);
        await UntilAsync(() => sensor.Errors.Contains("capture_started", StringComparison.Ordinal) && sensor.Errors.Contains("connected", StringComparison.Ordinal), sensor);

        var started = Stopwatch.GetTimestamp();
        (await RunningProgram.RunAsync("/usr/bin/svmap", ["-b", "127.0.73.66", "127.0.73.10"], Limit)).Succeeded();
        await UntilAsync(() => watcher.Output.Contains("127.0.73.66", StringComparison.Ordinal), watcher);
        output.WriteLine($"alert {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms after the scanner was started");

        sensor.Terminate();
        Assert.Equal(0, (await sensor.WaitAsync(Limit)).ExitCode);
    }

    private static async Task UntilAsync(Func<bool> condition, RunningProgram program)
    {
        var limit = DateTime.UtcNow + Limit;
        while (!condition())
        {
            Assert.False(program.HasExited, $"it ended:\n{program.Errors}\n{program.Output}");
            Assert.True(DateTime.UtcNow < limit, $"it did not happen:\n{program.Errors}\n{program.Output}");
            await Task.Delay(5);
        }
    }
}

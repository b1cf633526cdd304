using System.Diagnostics;
using SensorNet.Tests.Shared;

namespace SensorNet.EndToEnd.Tests;

/// <summary>The systemd units against what the programs need.</summary>
public class ServiceUnitTests
{
    [Theory]
    [InlineData("sensor/systemd/sensornet-sensor.service")]
    [InlineData("collector/systemd/sensornet-collector.service")]
    public void The_runtime_may_start_its_threads_and_a_refused_call_is_no_death(string unit)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed");
        var settings = File.ReadLines(Path.Combine(Repository.Root, unit)).Where(line => line.StartsWith("SystemCall", StringComparison.Ordinal)).ToList();
        var allowed = new HashSet<string>();
        foreach (var filter in settings.Where(s => s.StartsWith("SystemCallFilter=", StringComparison.Ordinal)).Select(s => s["SystemCallFilter=".Length..]))
        {
            var calls = filter.TrimStart('~').Split(' ').SelectMany(Expand);
            if (filter[0] == '~')
            {
                allowed.ExceptWith(calls);
            }
            else
            {
                allowed.UnionWith(calls);
            }
        }

        // .NET does both for each of its threads, and gives up where it may not.
        Assert.Contains("sched_setaffinity", allowed);
        Assert.Contains("sched_setscheduler", allowed);
        Assert.DoesNotContain("mount", allowed);
        Assert.Contains("SystemCallErrorNumber=EPERM", settings);
    }

    private static IEnumerable<string> Expand(string name)
    {
        if (name[0] != '@')
        {
            return [name];
        }

        using var analyze = Process.Start(new ProcessStartInfo("systemd-analyze", ["syscall-filter", name]) { RedirectStandardOutput = true })!;
        var lines = analyze.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Skip(1).Where(line => line[0] != '#').SelectMany(Expand).ToList();
    }
}

using SensorNet.Sensor.Host;

namespace SensorNet.Sensor.Tests.Host;

public sealed class HostSamplerTests : IDisposable
{
    private readonly string _proc = Directory.CreateTempSubdirectory("sensornet-proc").FullName;

    public void Dispose() => Directory.Delete(_proc, recursive: true);

    [Fact]
    public void Values_come_from_procfs()
    {
        Write("stat", "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 1 2 3 4\n");
        Write("meminfo", "MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    250 kB\nSwapTotal:       200 kB\nSwapFree:         50 kB\n");
        Write("loadavg", "1.50 2.00 3.25 1/200 999\n");
        Write("net/dev", "Inter-|   Receive\n face |bytes\n  eth0: 1 2 3 4 0 0 0 0 1 2 5 6 0 0 0 0\n    lo: 1 2 9 9 0 0 0 0 1 2 9 9 0 0 0 0\n");
        Write("77/comm", "asterisk\n");
        Write("77/limits", "Limit                     Soft Limit           Hard Limit           Units\nMax open files            10                   20                   files\n");
        Write("77/fd/0", "");
        Write("77/fd/1", "");
        var sampler = new HostSampler(new HostOptions { ProcRoot = _proc, Mounts = ["/", "/nowhere-at-all"] });
        sampler.Read();
        Write("stat", "cpu  150 0 125 825 0 0 0 0 0 0\n");
        Write("net/dev", "  eth0: 1 2 4 4 0 0 0 0 1 2 5 8 0 0 0 0\n");
        var values = sampler.Read().ToDictionary(r => r.Name, r => r.Value);
        Assert.Equal(75, values["cpu"], 3);
        Assert.Equal(75, values["memory"], 3);
        Assert.Equal(75, values["swap"], 3);
        Assert.Equal(1.5, values["load1"], 3);
        Assert.Equal(3, values["net_errors:eth0"], 3);
        Assert.Equal(20, values["fds:asterisk"], 3);
        Assert.InRange(values["disk:/"], 0.001, 100);
        Assert.DoesNotContain("disk:/nowhere-at-all", values.Keys);
        Assert.DoesNotContain("net_errors:lo", values.Keys);
    }

    [Fact]
    public void Absent_procfs_gives_no_values_and_no_failure() =>
        Assert.Empty(new HostSampler(new HostOptions { ProcRoot = _proc, Mounts = [] }).Read());

    private void Write(string path, string text)
    {
        var full = Path.Combine(_proc, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}

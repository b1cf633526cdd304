using System.Globalization;

namespace SensorNet.Sensor.Host;

/// <summary>
/// Reads CPU, memory, swap, load, disks, inodes, network errors and descriptors of named daemons from procfs and statvfs(3).
/// Rates are over the time since the last reading. What cannot be read is left out. Not thread-safe.
/// </summary>
internal sealed class HostSampler(HostOptions options)
{
    private const int MaxProcesses = 65_536;

    private long _lastTotal;
    private long _lastIdle;
    private readonly Dictionary<string, long> _lastErrors = [];

    public List<HostReading> Read()
    {
        var readings = new List<HostReading>();
        Cpu(readings);
        Memory(readings);
        Load(readings);
        Network(readings);
        Disks(readings);
        Descriptors(readings);
        return readings;
    }

    // "cpu user nice system idle iowait irq softirq steal guest guest_nice": guest times are in user and nice already.
    private void Cpu(List<HostReading> readings)
    {
        if (Lines("stat").FirstOrDefault(l => l.StartsWith("cpu ", StringComparison.Ordinal)) is not { } line)
        {
            return;
        }

        var times = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(Number).ToArray();
        if (times.Length < 5)
        {
            return;
        }

        var total = times.Sum();
        var idle = times[3] + times[4];
        if (_lastTotal > 0 && total > _lastTotal)
        {
            readings.Add(new HostReading("cpu", Math.Clamp(100.0 * (1 - ((double)(idle - _lastIdle) / (total - _lastTotal))), 0, 100), true));
        }

        _lastTotal = total;
        _lastIdle = idle;
    }

    private void Memory(List<HostReading> readings)
    {
        var values = new Dictionary<string, long>();
        foreach (var line in Lines("meminfo"))
        {
            var parts = line.Split(':', 2);
            if (parts.Length == 2)
            {
                values[parts[0]] = Number(parts[1].Trim().Split(' ')[0]);
            }
        }

        if (values.GetValueOrDefault("MemTotal") is > 0 and var total && values.TryGetValue("MemAvailable", out var available))
        {
            readings.Add(new HostReading("memory", 100.0 * (total - available) / total, true));
        }

        if (values.GetValueOrDefault("SwapTotal") is > 0 and var swap)
        {
            readings.Add(new HostReading("swap", 100.0 * (swap - values.GetValueOrDefault("SwapFree")) / swap, true));
        }
    }

    private void Load(List<HostReading> readings)
    {
        if (Lines("loadavg").FirstOrDefault()?.Split(' ') is { Length: > 2 } parts)
        {
            foreach (var (name, text) in (ReadOnlySpan<(string, string)>)[("load1", parts[0]), ("load5", parts[1]), ("load15", parts[2])])
            {
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                {
                    readings.Add(new HostReading(name, value, false));
                }
            }
        }
    }

    // "eth0: rx_bytes packets errs drop fifo frame compressed multicast tx_bytes packets errs drop ..."
    private void Network(List<HostReading> readings)
    {
        foreach (var line in Lines("net/dev"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                continue;
            }

            var name = line[..colon].Trim();
            var fields = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number).ToArray();
            if (fields.Length < 12 || name == "lo")
            {
                continue;
            }

            var errors = fields[2] + fields[3] + fields[10] + fields[11];
            if (_lastErrors.TryGetValue(name, out var last))
            {
                readings.Add(new HostReading("net_errors:" + name, Math.Max(0, errors - last), false));
            }

            if (_lastErrors.Count < 256)
            {
                _lastErrors[name] = errors;
            }
        }
    }

    private void Disks(List<HostReading> readings)
    {
        var seen = new HashSet<(ulong, ulong, ulong)>();
        foreach (var mount in options.Mounts)
        {
            // Two paths on one file system are one disk.
            if (!FileSystem.TryRead(mount, out var usage) || !seen.Add((usage.Id, usage.Blocks, usage.Free)) || usage.Blocks == 0)
            {
                continue;
            }

            // As df(1) counts: what only root may use is no room for others.
            var used = usage.Blocks - usage.Free;
            readings.Add(new HostReading("disk:" + mount, 100.0 * used / (used + usage.Available), true));
            if (usage.Files > 0)
            {
                readings.Add(new HostReading("inodes:" + mount, 100.0 * (usage.Files - usage.FilesFree) / usage.Files, true));
            }
        }
    }

    private void Descriptors(List<HostReading> readings)
    {
        if (options.Daemons.Count == 0)
        {
            return;
        }

        var worst = new Dictionary<string, double>();
        foreach (var directory in Directory.EnumerateDirectories(options.ProcRoot).Take(MaxProcesses))
        {
            if (!char.IsAsciiDigit(Path.GetFileName(directory)[0]))
            {
                continue;
            }

            var name = Lines(Path.Combine(directory, "comm")).FirstOrDefault() ?? "";
            if (options.Daemons.Contains(name) && Limit(directory) is > 0 and var limit && Count(Path.Combine(directory, "fd")) is { } open)
            {
                worst[name] = Math.Max(worst.GetValueOrDefault(name), 100.0 * open / limit);
            }
        }

        foreach (var (name, percent) in worst)
        {
            readings.Add(new HostReading("fds:" + name, percent, true));
        }
    }

    // "Max open files            1024                 524288               files"
    private long Limit(string directory)
    {
        var line = Lines(Path.Combine(directory, "limits")).FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        return line is null ? 0 : Number(line[14..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "");
    }

    private static int? Count(string directory)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(directory).Count();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(options.ProcRoot, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
}

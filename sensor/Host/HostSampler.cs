using System.Buffers.Text;
using System.Text;
using SensorNet.Sensor.Logs;

namespace SensorNet.Sensor.Host;

/// <summary>
/// Reads CPU, memory, swap, load, disks, inodes, network errors and descriptors of named daemons from procfs and statvfs(3).
/// Rates are over the time since the last reading. What cannot be read is left out. Not thread-safe.
/// </summary>
internal sealed class HostSampler(HostOptions options)
{
    private const int MaxProcesses = 65_536;

    // Daemons are looked for among all processes only so often; in between those that were found are asked.
    private const int ReadingsPerSearch = 6;

    private readonly ProcFile _proc = new(options.ProcRoot);
    private readonly byte[][] _daemons = [.. options.Daemons.Select(Encoding.UTF8.GetBytes)];
    private readonly List<(string Directory, int Daemon)> _found = [];
    private readonly Dictionary<string, long> _lastErrors = [];
    private long _lastTotal;
    private long _lastIdle;
    private int _readings;

    public List<HostReading> Read()
    {
        var readings = new List<HostReading>(16);
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
        var cursor = new LineCursor(_proc.Read("stat", 256));
        if (!cursor.Take("cpu "u8))
        {
            return;
        }

        long total = 0, idle = 0;
        for (var i = 0; i < 8; i++)
        {
            cursor.Spaces();
            if (!cursor.TakeNumber(out var value))
            {
                return;
            }

            total += value;
            idle += i is 3 or 4 ? value : 0;
        }

        if (_lastTotal > 0 && total > _lastTotal)
        {
            readings.Add(new HostReading("cpu", Math.Clamp(100.0 * (1 - ((double)(idle - _lastIdle) / (total - _lastTotal))), 0, 100), true));
        }

        _lastTotal = total;
        _lastIdle = idle;
    }

    private void Memory(List<HostReading> readings)
    {
        var text = _proc.Read("meminfo");
        if (Field(text, "MemTotal:"u8) is > 0 and var total && Field(text, "MemAvailable:"u8) is >= 0 and var available)
        {
            readings.Add(new HostReading("memory", 100.0 * (total - available) / total, true));
        }

        if (Field(text, "SwapTotal:"u8) is > 0 and var swap)
        {
            readings.Add(new HostReading("swap", 100.0 * (swap - Math.Max(0, Field(text, "SwapFree:"u8))) / swap, true));
        }
    }

    private void Load(List<HostReading> readings)
    {
        var cursor = new LineCursor(_proc.Read("loadavg", 256));
        foreach (var name in (ReadOnlySpan<string>)["load1", "load5", "load15"])
        {
            var word = cursor.Word();
            if (Utf8Parser.TryParse(word, out double value, out var used) && used == word.Length)
            {
                readings.Add(new HostReading(name, value, false));
            }
        }
    }

    // "eth0: rx_bytes packets errs drop fifo frame compressed multicast tx_bytes packets errs drop ..."
    private void Network(List<HostReading> readings)
    {
        var text = _proc.Read("net/dev");
        foreach (var range in text.Split((byte)'\n'))
        {
            var cursor = new LineCursor(text[range]);
            if (!cursor.TakeUntil(":"u8, out var device) || LogText.Trim(device).SequenceEqual("lo"u8))
            {
                continue;
            }

            long errors = 0;
            var fields = 0;
            for (; fields < 12; fields++)
            {
                cursor.Spaces();
                if (!cursor.TakeNumber(out var value))
                {
                    break;
                }

                errors += fields is 2 or 3 or 10 or 11 ? value : 0;
            }

            if (fields == 12)
            {
                NetworkErrors(LogText.ToText(LogText.Trim(device), 32), errors, readings);
            }
        }
    }

    private void NetworkErrors(string name, long errors, List<HostReading> readings)
    {
        if (_lastErrors.TryGetValue(name, out var last))
        {
            readings.Add(new HostReading("net_errors:" + name, Math.Max(0, errors - last), false));
        }

        if (_lastErrors.Count < 256 || _lastErrors.ContainsKey(name))
        {
            _lastErrors[name] = errors;
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
        if (_daemons.Length == 0)
        {
            return;
        }

        if (_readings++ % ReadingsPerSearch == 0)
        {
            Search();
        }

        var worst = new double[_daemons.Length];
        foreach (var (directory, daemon) in _found)
        {
            // The process may be another's by now.
            if (Daemon(directory) == daemon && Limit(directory) is > 0 and var limit && Count(Path.Combine(options.ProcRoot, directory, "fd")) is { } open)
            {
                worst[daemon] = Math.Max(worst[daemon], 100.0 * open / limit);
            }
        }

        for (var i = 0; i < worst.Length; i++)
        {
            if (worst[i] > 0)
            {
                readings.Add(new HostReading("fds:" + options.Daemons[i], worst[i], true));
            }
        }
    }

    private void Search()
    {
        _found.Clear();
        foreach (var path in Directory.EnumerateDirectories(options.ProcRoot).Take(MaxProcesses))
        {
            var name = Path.GetFileName(path);
            if (char.IsAsciiDigit(name[0]) && Daemon(name) is >= 0 and var daemon)
            {
                _found.Add((name, daemon));
            }
        }
    }

    private int Daemon(string directory)
    {
        var name = _proc.Read(directory + "/comm", 64).TrimEnd((byte)'\n');
        for (var i = 0; i < _daemons.Length && !name.IsEmpty; i++)
        {
            if (name.SequenceEqual(_daemons[i]))
            {
                return i;
            }
        }

        return -1;
    }

    // "Max open files            1024                 524288               files"
    private long Limit(string directory) => Field(_proc.Read(directory + "/limits", 4096), "Max open files"u8);

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

    // The number behind a name at the start of a line; -1 when there is none.
    private static long Field(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        while (text.IndexOf(name) is >= 0 and var at)
        {
            if (at == 0 || text[at - 1] == '\n')
            {
                var cursor = new LineCursor(text[(at + name.Length)..]);
                cursor.Spaces();
                return cursor.TakeNumber(out var value) ? value : -1;
            }

            text = text[(at + name.Length)..];
        }

        return -1;
    }
}

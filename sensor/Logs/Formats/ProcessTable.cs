using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// What each process last ran, as far as auditd told of it, so that an execution can name its parent: audit records have
/// the parent's number alone. The few thousand that ran something or were a parent last are kept; a parent that only
/// forked, or ran its program before auditd watched, stays unnamed.
/// </summary>
internal sealed class ProcessTable
{
    private const int PerGeneration = 4096;
    private const int LongestCommand = 1024;

    private Dictionary<(string Host, uint Pid), (string Executable, string Command)> _young = [];
    private Dictionary<(string Host, uint Pid), (string Executable, string Command)> _old = [];

    /// <summary>Writes the parent of an execution into it, and remembers what it ran.</summary>
    public void Note(Event exec)
    {
        if (exec.Attributes.TryGetValue("ppid", out var text) && uint.TryParse(text, out var parent) && Find((exec.Host, parent)) is { } known)
        {
            Set(exec, "process.parent.executable", known.Executable);
            Set(exec, "process.parent.command_line", known.Command);
        }

        if (exec.Pid != 0 && exec.Attributes.GetValueOrDefault("success") != "no")
        {
            var command = exec.Attributes.GetValueOrDefault("process.command_line", "");
            Keep((exec.Host, exec.Pid), (exec.Attributes.GetValueOrDefault("process.executable", ""), command.Length > LongestCommand ? command[..LongestCommand] : command));
        }
    }

    private (string Executable, string Command)? Find((string Host, uint Pid) process)
    {
        if (_young.TryGetValue(process, out var known))
        {
            return known;
        }

        if (!_old.TryGetValue(process, out known))
        {
            return null;
        }

        // A daemon that goes on starting programs is not forgotten for what they start.
        Keep(process, known);
        return known;
    }

    private void Keep((string Host, uint Pid) process, (string Executable, string Command) ran)
    {
        if (_young.Count == PerGeneration)
        {
            (_old, _young) = (_young, []);
        }

        _young[process] = ran;
    }

    private static void Set(Event e, string name, string value)
    {
        if (value.Length > 0)
        {
            e.Attributes[name] = value;
        }
    }
}

using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>The records of one audit serial, gathered until the event is whole.</summary>
internal sealed class AuditGroup
{
    private const int MaxCommand = 4096;
    private const int MaxPaths = 8;

    private readonly System.Text.StringBuilder _command = new();
    private readonly List<string> _paths = [];
    private readonly List<string> _records = [];
    private readonly List<string> _nameTypes = [];
    private readonly List<string> _arguments = [];
    private readonly string[] _callArguments = ["", "", "", ""];
    private long _number = -1;
    private string _callName = "";
    private bool _otherMachine;
    private bool _changes;

    public required ulong Serial { get; init; }

    public required HoldPoint Start { get; init; }

    public required Event Event { get; init; }

    public bool HasExec { get; private set; }

    public void Add(ReadOnlySpan<byte> type, ref AuditFields fields)
    {
        Note(_records, type);
        if (type.SequenceEqual("EXECVE"u8))
        {
            HasExec = true;
            Arguments(ref fields);
            return;
        }

        var isPath = type.SequenceEqual("PATH"u8);
        var isCall = type.SequenceEqual("SYSCALL"u8);
        var path = "";
        while (fields.Next())
        {
            var name = fields.Name;
            if (isPath)
            {
                if (name.SequenceEqual("name"u8))
                {
                    path = fields.Text(255);
                }
                else if (name.SequenceEqual("nametype"u8))
                {
                    Note(_nameTypes, fields.Value);
                    _changes |= fields.Value.SequenceEqual("CREATE"u8) || fields.Value.SequenceEqual("DELETE"u8);
                }
            }
            else
            {
                AuditParser.Common(Event, ref fields);
                if (name.SequenceEqual("syscall"u8))
                {
                    _number = LogText.TryNumber(fields.Value, out var number) ? number : -1;
                    _callName = _number < 0 ? fields.Text(32) : _callName;
                }
                else if (name.SequenceEqual("SYSCALL"u8) && !fields.Value.StartsWith("unknown"u8))
                {
                    _callName = fields.Text(32);
                }
                else if (name.SequenceEqual("arch"u8))
                {
                    _otherMachine = !fields.Value.SequenceEqual("c000003e"u8) && !fields.Value.SequenceEqual("x86_64"u8);
                }
                else if (isCall && name is [(byte)'a', >= (byte)'0' and <= (byte)'3'])
                {
                    _callArguments[name[1] - '0'] = LogText.ToText(fields.Value, 16);
                }
            }
        }

        if (path.Length > 0 && _paths.Count < MaxPaths)
        {
            _paths.Add(path);
        }
    }

    /// <summary>The event, whole as far as records came.</summary>
    public Event Finish()
    {
        var e = Event;
        var call = _callName.Length > 0 ? _callName : _number >= 0 ? SyscallNames.Find(_number, _otherMachine) : "";
        var exec = HasExec || call is "execve" or "execveat";
        if (exec)
        {
            e.Type = EventType.ProcessExec;
            e.Severity = Severity.Info;
            if (_command.Length > 0)
            {
                e.Attributes["process.command_line"] = _command.ToString();
            }
            else if (e.Attributes.TryGetValue("proctitle", out var title))
            {
                e.Attributes["process.command_line"] = title;
            }
        }
        else if (e.Attributes.ContainsKey("audit.key") && _paths.Count > 0 && (_changes || Changes(call)))
        {
            // A watched path was written to.
            e.Type = EventType.FileChanged;
            e.Severity = Severity.Warning;
        }

        if (call.Length > 0)
        {
            e.Attributes["syscall"] = call;
            if (_number >= 0)
            {
                e.Attributes["syscall.number"] = _number.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        // What rules written for single records ask for.
        e.Attributes["audit.records"] = string.Join(' ', _records);
        if (_nameTypes.Count > 0)
        {
            e.Attributes["audit.nametypes"] = string.Join(' ', _nameTypes);
        }

        if (_arguments.Any(a => a.Length == 0 || a.Contains(' ', StringComparison.Ordinal)))
        {
            e.Attributes["process.args"] = string.Join('\u001f', _arguments);
        }

        for (var i = 0; i < _callArguments.Length && !exec; i++)
        {
            if (_callArguments[i].Length > 0)
            {
                e.Attributes[$"a{i}"] = _callArguments[i];
            }
        }

        if (_paths.Count > 0)
        {
            e.Attributes["file.path"] = Absolute(exec ? _paths[0] : _paths[^1]);
            e.Attributes["paths"] = string.Join(' ', _paths);
        }

        return e;
    }

    // PATH records have the names that the program used, often relative to where it stood.
    private string Absolute(string path) =>
        !path.StartsWith('/') && Event.Attributes.TryGetValue("cwd", out var at) && at.StartsWith('/') ? Path.GetFullPath(path, at) : path;

    private static void Note(List<string> words, ReadOnlySpan<byte> word)
    {
        const int Most = 16;
        var text = LogText.ToText(word, 24);
        if (words.Count < Most && !words.Contains(text))
        {
            words.Add(text);
        }
    }

    private static bool Changes(string syscall) => syscall is "open" or "openat" or "openat2" or "creat" or "rename" or "renameat" or "renameat2" or "unlink" or "unlinkat"
        or "truncate" or "ftruncate" or "chmod" or "fchmod" or "fchmodat" or "chown" or "fchown" or "lchown" or "fchownat" or "link" or "linkat" or "symlink" or "symlinkat" or "write";

    // argc=3 a0="ls" a1=2D6C; long ones in parts: a1_len=9000 a1[0]=... a1[1]=...
    private void Arguments(ref AuditFields fields)
    {
        while (fields.Next())
        {
            var name = fields.Name;
            if (name is not [(byte)'a', >= (byte)'0' and <= (byte)'9', ..] || name.IndexOf("_len"u8) > 0)
            {
                continue;
            }

            var continued = name.IndexOf((byte)'[') is > 0 and var open && !name[open..].SequenceEqual("[0]"u8);
            if (_command.Length > 0 && !continued)
            {
                _command.Append(' ');
            }

            if (_command.Length < MaxCommand)
            {
                var text = fields.Text(MaxCommand - _command.Length);
                _command.Append(text);
                if (!continued)
                {
                    _arguments.Add(text);
                }
                else if (_arguments.Count > 0)
                {
                    _arguments[^1] += text;
                }
            }
        }
    }
}

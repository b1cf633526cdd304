using System.Collections.Concurrent;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// Fields as auditd writes them in single records, for rules whose log source is auditd: read from the one event that the
/// records of a system call are here. <c>type</c> holds the types of all its records, <c>name</c> and <c>nametype</c>
/// what all its PATH records say; <c>a0</c>, <c>a1</c> ... are the arguments of the program, or of a call that runs none.
/// </summary>
internal static class AuditFieldResolver
{
    private const int MostCombinations = 4096;
    private const char ArgumentSeparator = '\u001f';

    private static readonly FieldCache Resolved = new();
    private static readonly string[] Execution = ["SYSCALL", "EXECVE"];
    private static readonly ConcurrentDictionary<string, string[]> Words = new(StringComparer.Ordinal);

    /// <summary>auditd's name -> where events carry it, when that is not an attribute of the same name.</summary>
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["exe"] = "process.executable",
        ["comm"] = "process.name",
        ["key"] = "audit.key",
        ["acct"] = "user.name",
        ["res"] = "event.reason",
        ["op"] = "audit.op",
        ["hostname"] = "source.domain",
        ["addr"] = "source.ip",
    };

    public static EventField Resolve(string name) => Resolved.Get(name, Find);

    private static EventField Find(string name) => name switch
    {
        "type" => Texts(name, RecordsOf),
        "name" => Texts(name, PathsOf),
        "nametype" => Texts(name, e => e.Attributes.TryGetValue("audit.nametypes", out var types) ? Split(types) : []),
        "syscall" or "SYSCALL" => Texts(name, CallOf),
        _ when name.Length is 2 or 3 && name[0] == 'a' && int.TryParse(name.AsSpan(1), out var number) => Argument(name, number),
        _ when Renamed.TryGetValue(name, out var other) => FieldResolver.Resolve(other),
        _ => FieldResolver.Resolve(name),
    };

    private static EventField Texts(string name, Func<Event, IReadOnlyList<string>> get) =>
        new(name, FieldKind.Texts, false, e => FieldValue.Of(get(e)), []);

    private static EventField Argument(string name, int number) => new(name, FieldKind.Text, false, e => ArgumentOf(e, name, number), []);

    private static string[] RecordsOf(Event e)
    {
        if (e.Attributes.TryGetValue("audit.records", out var records))
        {
            return Split(records);
        }

        return e.Audit is { ClassName.Length: > 0 } audit ? Split(audit.ClassName) : e.Type == EventType.ProcessExec ? Execution : [];
    }

    private static string[] PathsOf(Event e) =>
        e.Attributes.TryGetValue("paths", out var paths) ? paths.Split(' ') : e.Attributes.TryGetValue("file.path", out var path) ? [path] : e.Attributes.TryGetValue("name", out var name) ? [name] : [];

    private static string[] CallOf(Event e)
    {
        if (!e.Attributes.TryGetValue("syscall", out var name))
        {
            return [];
        }

        return e.Attributes.TryGetValue("syscall.number", out var number) ? Split($"{name} {number}") : Split(name);
    }

    private static FieldValue ArgumentOf(Event e, string name, int number)
    {
        if (e.Attributes.TryGetValue("process.args", out var exact))
        {
            return Nth(exact, number, ArgumentSeparator);
        }

        if (e.Type == EventType.ProcessExec)
        {
            return e.Attributes.TryGetValue("process.command_line", out var command) ? Nth(command, number, ' ') : default;
        }

        return e.Attributes.TryGetValue(name, out var value) ? FieldValue.Of(value) : default;
    }

    private static FieldValue Nth(string text, int number, char separator)
    {
        var start = 0;
        for (; number > 0; number--)
        {
            start = text.IndexOf(separator, start) + 1;
            if (start == 0)
            {
                return default;
            }
        }

        var end = text.IndexOf(separator, start);
        return FieldValue.Of(end < 0 ? text[start..] : text[start..end]);
    }

    // There are few combinations; a sensor that invents many gets no place for them.
    private static string[] Split(string text)
    {
        if (Words.TryGetValue(text, out var words))
        {
            return words;
        }

        words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (Words.Count < MostCombinations)
        {
            Words[text] = words;
        }

        return words;
    }
}

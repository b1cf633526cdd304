using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// From a rule's field name to the event's field: the catalogue's names and aliases first, then the names of Sigma's own
/// taxonomy (Image, CommandLine ...), then the event's attribute of that name.
/// </summary>
internal static class FieldResolver
{
    private static readonly FieldCache Resolved = new();

    /// <summary>Sigma taxonomy -> the names under which events carry it; the first one present counts.</summary>
    private static readonly Dictionary<string, string[]> Taxonomy = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Image"] = ["process.executable", "exe", "process.name"],
        ["OriginalFileName"] = ["process.executable", "process.name"],
        ["CommandLine"] = ["process.command_line", "proctitle", "command"],
        ["ParentImage"] = ["process.parent.executable", "process.parent.name"],
        ["ParentCommandLine"] = ["process.parent.command_line"],
        ["CurrentDirectory"] = ["process.working_directory", "cwd"],
        ["ProcessId"] = ["process.pid"],
        ["ParentProcessId"] = ["process.parent.pid", "ppid"],
        ["LogonId"] = ["process.session", "ses"],
        ["TargetFilename"] = ["file.path", "name"],
        ["DestinationIp"] = ["destination.ip"],
        ["DestinationPort"] = ["destination.port"],
        ["DestinationHostname"] = ["destination.domain"],
        ["SourceIp"] = ["source.ip"],
        ["SourcePort"] = ["source.port"],
        ["Computer"] = ["host.name"],
        ["client_ip"] = ["source.ip"],
        ["user_name"] = ["user.name"],
        ["deviceProcessName"] = ["process.name", "service.name"],
    };

    /// <summary>The field, the same object whenever it is asked for; never null, since any other name is an attribute's.</summary>
    public static EventField Resolve(string name) => Resolved.Get(name, Find);

    /// <summary>Whether a name is written as Sigma's taxonomy writes its own (CommandLine), and is none that events here can have.</summary>
    public static bool IsForeign(string name) =>
        name.Length > 1 && char.IsAsciiLetterUpper(name[0]) && name.Any(char.IsAsciiLetterLower) && !Taxonomy.ContainsKey(name) && !EventFields.TryGet(name, out _);

    private static EventField Find(string name)
    {
        if (name == "USER")
        {
            // As sudo writes it: the user that a command is to run as, not the one who runs it.
            EventField[] target = [EventFields.Resolve("sudo.target_user"), EventFields.Resolve("user.name")];
            return new EventField(name, FieldKind.Text, false, e => First(target, e), []);
        }

        if (EventFields.TryGet(name, out var known))
        {
            return known;
        }

        if (!Taxonomy.TryGetValue(name, out var others))
        {
            return EventFields.Resolve(name);
        }

        EventField[] candidates = [EventFields.Resolve(name), .. others.Select(EventFields.Resolve)];
        return new EventField(name, candidates[1].Kind, false, e => First(candidates, e), []);
    }

    /// <summary>A flag whose absence means "not known" instead of "no".</summary>
    public static bool AbsentIsUnknown(EventField field) => field.Name == "user.known";

    private static FieldValue First(EventField[] candidates, Event e)
    {
        foreach (var candidate in candidates)
        {
            var value = candidate.Get(e);
            if (value.Exists)
            {
                return value;
            }
        }

        return default;
    }
}

using SensorNet.Proto;
using SensorNet.Proto.Configuration;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// Reads operator parsers from YAML:
/// <code>
/// parsers:
///   - name: door
///     programs: [doord]
///     rules:
///       - pattern: "badge {user:last} refused at {source_ip}"
///         event: auth.failure
///         severity: warning
///         service: door
///         set: [auth_method=badge]
/// </code>
/// </summary>
internal static class OperatorParsers
{
    private static readonly string[] Severities = ["info", "warning", "error", "critical"];

    /// <exception cref="ConfigurationException">The file cannot be read or says something impossible; names file, line and mend.</exception>
    public static IReadOnlyList<OperatorParser> Load(string path)
    {
        var root = ConfigurationSection.Load(path, "SENSORNET_PARSERS");
        var parsers = Read(root);
        root.Done();
        return parsers;
    }

    public static IReadOnlyList<OperatorParser> Parse(string yaml, string name)
    {
        var root = ConfigurationSection.Parse(yaml, name, "SENSORNET_PARSERS");
        var parsers = Read(root);
        root.Done();
        return parsers;
    }

    private static List<OperatorParser> Read(ConfigurationSection root)
    {
        var parsers = new List<OperatorParser>();
        foreach (var section in root.Sections("parsers"))
        {
            var name = section.Text("name", "", "The parser's name.");
            var programs = section.List("programs", [], "Programs whose lines it reads, by the name in their log tag.");
            if (name.Length == 0 || programs.Count == 0)
            {
                throw new ConfigurationException($"{section.Location}: a parser needs `name` and `programs`, for example programs: [doord].");
            }

            parsers.Add(new OperatorParser(name, programs, [.. section.Sections("rules").Select(r => Rule(r, name))]));
        }

        return parsers;
    }

    private static OperatorRule Rule(ConfigurationSection section, string parser)
    {
        var text = section.Text("pattern", "", "Text with fields in braces.");
        var type = section.Text("event", "", "The event's type; empty: the line is understood and gives none.");
        var severity = section.Choice("severity", "info", Severities, "The event's severity.");
        var service = section.Text("service", parser, "What the event is about.");
        var set = new Dictionary<string, string>();
        foreach (var pair in section.List("set", [], "Fixed values, NAME=VALUE."))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new ConfigurationException($"{section.Location}: `set` holds `{pair}`; write NAME=VALUE.");
            }

            set[pair[..equals]] = pair[(equals + 1)..];
        }

        EventTypeInfo? info = null;
        if (type.Length > 0 && !EventTypes.TryParse(type, out info))
        {
            throw new ConfigurationException($"{section.Location}: there is no event type `{type}`; write one such as auth.failure.");
        }

        try
        {
            return new OperatorRule(OperatorPattern.Parse(text), info?.Type ?? EventType.Unspecified, (Severity)(Array.IndexOf(Severities, severity) + 1), service, set);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException($"{section.Location}: pattern `{text}`: {e.Message}.", e);
        }
    }
}

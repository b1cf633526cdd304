using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>What tells the alerts of one rule apart, as text: in the order of the rule's group-by fields.</summary>
internal static class AlertKey
{
    private const char Between = '\u001f';

    /// <summary>The parts of the key that the event has.</summary>
    public static List<GroupKeyPart> Parts(IReadOnlyList<string> names, EventField[] fields, Event e)
    {
        var parts = new List<GroupKeyPart>(fields.Length);
        for (var i = 0; i < fields.Length; i++)
        {
            var value = fields[i].Get(e);
            if (value.Exists)
            {
                parts.Add(new GroupKeyPart { Field = names[i], Value = value.ToString() });
            }
        }

        return parts;
    }

    /// <summary>The key in memory: rule and parts in one text.</summary>
    public static string Text(string ruleId, IEnumerable<GroupKeyPart> parts) =>
        string.Join(Between, parts.Select(p => $"{p.Field}={p.Value}").Prepend(ruleId));
}

using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using SensorNet.V1;

namespace SensorNet.Console.Tests.Support;

/// <summary>The sample world with one hostile text in every text field of every message, however deep.</summary>
internal static class HostileWorld
{
    public static MemoryCollector Create(string hostile)
    {
        var collector = SampleData.Create();
        var text = hostile.EnumerateRunes().Aggregate("", (a, rune) => a + rune);
        foreach (var message in Messages(collector))
        {
            Poison(message, text);
        }

        collector.Status.CollectorId = text;
        collector.Me.Name = text;
        return collector;
    }

    private static IEnumerable<IMessage> Messages(MemoryCollector collector) =>
        [
            .. collector.Alerts.Values, .. collector.AlertDetails.Values, .. collector.Events, .. collector.Calls, .. collector.Registrations,
            .. collector.Entities, .. collector.Sensors, .. collector.Rules, .. collector.Audit, collector.Statistics,
            .. collector.Incidents, .. collector.IncidentDetails.Values, .. collector.Lists, .. collector.Entries, .. collector.Previews.Values, .. collector.Silences,
            .. collector.RuleDetails.Values, .. collector.RuleChanges, .. collector.TestParts, collector.Check, collector.Reload,
        ];

    private static void Poison(IMessage message, string text)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            // Identities stay apart, and the dimension names that panels look for stay known.
            if (field.Name is "alert_id" or "alert_ids" or "incident_id" or "dimension" or "state" or "list")
            {
                continue;
            }

            var value = field.Accessor.GetValue(message);
            if (field.IsMap || field.FieldType is not (FieldType.String or FieldType.Message or FieldType.Bytes))
            {
                continue;
            }

            switch (value)
            {
                case IList list when field.FieldType == FieldType.String:
                    for (var i = 0; i < list.Count; i++)
                    {
                        list[i] = text + i;
                    }

                    break;
                case IList list:
                    foreach (var item in list.OfType<IMessage>())
                    {
                        Poison(item, text);
                    }

                    break;
                case string former:
                    field.Accessor.SetValue(message, former.Length > 0 && field.Name is "id" or "call_id" or "contact" ? former + text : text);
                    break;
                case ByteString when field.Name is "raw" or "data":
                    field.Accessor.SetValue(message, ByteString.CopyFromUtf8(text));
                    break;
                case IMessage inner:
                    Poison(inner, text);
                    break;
                default:
                    break;
            }
        }

        if (message is Event e)
        {
            e.Attributes["note"] = text;
            e.Raw = ByteString.CopyFromUtf8(text);
        }
    }
}

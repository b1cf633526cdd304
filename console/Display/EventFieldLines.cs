using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Display;

/// <summary>An event as name and value lines, for details.</summary>
internal static class EventFieldLines
{
    /// <summary>Every field that the event has, by its catalogue name, then its attributes; the raw record is left out.</summary>
    public static IEnumerable<(string Name, string Value)> Of(Event e)
    {
        foreach (var field in EventFields.All)
        {
            var value = field.Get(e);
            if (!value.Exists || field.Name is "event.original")
            {
                continue;
            }

            yield return (field.Name, field.Name is "event.time" or "event.created" or "event.ingested" ? Times.IsoMillis(value.Integer) : value.ToString());
        }

        foreach (var (name, value) in e.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            yield return ("attributes." + name, value);
        }
    }
}

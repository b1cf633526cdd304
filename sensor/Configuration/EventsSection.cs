using SensorNet.Proto;
using SensorNet.Proto.Configuration;
using SensorNet.V1;

namespace SensorNet.Sensor.Configuration;

/// <summary>Reads <c>events</c>.</summary>
internal static class EventsSection
{
    /// <exception cref="ConfigurationException">A name is no event type.</exception>
    public static IReadOnlyList<EventType> Read(ConfigurationSection section)
    {
        var names = section.List("disabled", [], "Event types that are counted but not sent, by their dotted names; the collector may disable more at run time.");
        var types = new List<EventType>();
        foreach (var name in names)
        {
            var named = EventTypes.Named(name);
            if (named.Count == 0)
            {
                var nearest = NearestWord.Of(name, EventTypes.All.Select(t => t.Name));
                throw new ConfigurationException($"{section.Location}: `events.disabled` names `{name}`, which is no event type." + (nearest is null ? "" : $" Did you mean `{nearest}`?"));
            }

            types.AddRange(named.Select(t => t.Type));
        }

        return types;
    }
}

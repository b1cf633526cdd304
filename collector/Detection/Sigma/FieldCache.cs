using System.Collections.Concurrent;
using SensorNet.Proto;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>One object per field name, so that rules on one field can share what is known of it. Bounded; thread-safe.</summary>
internal sealed class FieldCache
{
    private const int Most = 4096;
    private readonly ConcurrentDictionary<string, EventField> _fields = new(StringComparer.Ordinal);

    public EventField Get(string name, Func<string, EventField> find)
    {
        if (_fields.TryGetValue(name, out var known))
        {
            return known;
        }

        var field = find(name);
        return _fields.Count < Most ? _fields.GetOrAdd(name, field) : field;
    }
}

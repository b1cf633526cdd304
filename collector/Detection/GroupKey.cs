using SensorNet.Collector.Detection.Windows;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>
/// Fields whose values group events. Correlations with the same fields share one object, which hashes an event's values
/// once for all of them. Commit thread only.
/// </summary>
internal sealed class GroupKey(EventField[] fields)
{
    private long _turn = -1;
    private bool _complete;
    private UInt128 _hash;

    public EventField[] Fields => fields;

    /// <summary>Hashes the event's values, unless that has been done in this turn.</summary>
    /// <param name="hasher">The engine's.</param>
    /// <param name="e">The event.</param>
    /// <param name="turn">A number of this event that no other has.</param>
    /// <param name="hash">The key's hash.</param>
    /// <returns>False when the event lacks one of the fields: it belongs to no group.</returns>
    public bool TryHash(KeyHasher hasher, Event e, long turn, out UInt128 hash)
    {
        if (_turn != turn)
        {
            _complete = hasher.TryHash(fields, e, out _hash);
            _turn = turn;
        }

        hash = _hash;
        return _complete;
    }
}

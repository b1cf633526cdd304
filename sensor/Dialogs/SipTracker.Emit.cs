using SensorNet.Proto;
using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>Giving events away, counting them, and the switch for each type.</summary>
internal sealed partial class SipTracker
{
    private const int TypeSlots = 512;
    private readonly ulong[] _emitted = new ulong[TypeSlots];
    private readonly ulong[] _switchedOff = new ulong[TypeSlots];
    private volatile bool[] _disabled = new bool[TypeSlots];

    /// <summary>Chooses the event types that are counted but not emitted. Any thread; takes effect at once.</summary>
    public void SetDisabled(IEnumerable<EventType> types)
    {
        var disabled = new bool[TypeSlots];
        foreach (var type in types)
        {
            if ((uint)type < TypeSlots)
            {
                disabled[(int)type] = true;
            }
        }

        _disabled = disabled;
    }

    private void Emit(SipEvent e) => _events.Emit(_factory.Encode(e));

    /// <summary>
    /// To be asked before an event is built: counts it, and says whether it is wanted. The count against the rates of
    /// its source is done here too, so that what is switched off still counts.
    /// </summary>
    private bool Wanted(EventType type, in Endpoints ends)
    {
        CountAgainstRates(type, ends);
        if (_disabled[(int)type])
        {
            _switchedOff[(int)type]++;
            return false;
        }

        _emitted[(int)type]++;
        return true;
    }

    private bool Wanted(EventType type)
    {
        if (_disabled[(int)type])
        {
            _switchedOff[(int)type]++;
            return false;
        }

        _emitted[(int)type]++;
        return true;
    }

    private void CopyEventCounts(IDictionary<string, ulong> totals)
    {
        for (var i = 0; i < TypeSlots; i++)
        {
            if (_emitted[i] != 0)
            {
                totals["event." + EventTypes.Get((EventType)i).Name] = _emitted[i];
            }

            if (_switchedOff[i] != 0)
            {
                totals["event_off." + EventTypes.Get((EventType)i).Name] = _switchedOff[i];
            }
        }
    }
}

using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// Which event types can carry a field at all, so that a rule that needs the field is never asked about others. Only what
/// is certain is left out.
/// </summary>
internal static class FieldTypes
{
    private static readonly TypeSet Statistics = TypeSet.Of(EventType.SipSourceStats);
    private static readonly TypeSet Gauges = TypeSet.Of(EventType.SipCallGauge, EventType.SipTrunkStats);
    private static readonly TypeSet Rates = TypeSet.Of(EventType.SipRateExceeded);
    private static readonly TypeSet Resources = TypeSet.Of(EventType.ResourceSample, EventType.ResourceAlert);
    private static readonly TypeSet Alerts = TypeSet.Of(EventType.AlertFired);
    private static readonly TypeSet Messages = Except(
        EventType.SipSourceStats, EventType.SipCounters, EventType.SipCallGauge, EventType.SipTrunkStats, EventType.SipRateExceeded,
        EventType.ResourceSample, EventType.ResourceAlert, EventType.SensorHealth, EventType.AlertFired, EventType.BaselineNew);

    private static readonly TypeSet Agents = Except(
        EventType.SipSourceStats, EventType.SipCounters, EventType.SipCallGauge, EventType.SipTrunkStats,
        EventType.ResourceSample, EventType.ResourceAlert, EventType.SensorHealth);

    public static TypeSet Of(EventField field) => field.Name switch
    {
        var name when name.StartsWith("sip.", StringComparison.Ordinal) || name.StartsWith("sdp.", StringComparison.Ordinal)
            || name.StartsWith("call.", StringComparison.Ordinal) || name.StartsWith("tls.", StringComparison.Ordinal)
            || name.StartsWith("destination.", StringComparison.Ordinal) && name is not ("destination.ip" or "destination.port") => Messages,
        var name when name.StartsWith("user_agent.", StringComparison.Ordinal) => Agents,
        var name when name.StartsWith("stats.", StringComparison.Ordinal) => Statistics,
        var name when name.StartsWith("gauge.", StringComparison.Ordinal) => Gauges,
        var name when name.StartsWith("rate.", StringComparison.Ordinal) => Rates,
        var name when name.StartsWith("resource.", StringComparison.Ordinal) => Resources,
        "alert.id" or "alert.level" => Alerts,
        _ => TypeSet.All,
    };

    private static TypeSet Except(params ReadOnlySpan<EventType> types)
    {
        var rest = default(TypeSet);
        foreach (var info in EventTypes.All)
        {
            if (!types.Contains(info.Type))
            {
                rest.Add(info.Type);
            }
        }

        return rest;
    }
}

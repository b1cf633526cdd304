using SensorNet.Proto;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>A configured limit, ready for counting.</summary>
internal sealed class RatePlan
{
    private RatePlan(RateLimit limit, EventType eventType, SipMethod method, bool all)
    {
        Limit = limit;
        Window = limit.Window.Ticks * 100;
        EventType = eventType;
        Method = method;
        All = all;
    }

    public RateLimit Limit { get; }

    /// <summary>Nanoseconds.</summary>
    public long Window { get; }

    /// <summary>Unspecified when messages are counted, not events.</summary>
    public EventType EventType { get; }

    /// <summary>None when another thing is counted; Other for every method but INVITE, REGISTER and OPTIONS.</summary>
    public SipMethod Method { get; }

    public bool All { get; }

    private long _windowStart = long.MinValue;
    private uint _windowNumber;

    /// <summary>The number of the window that this time is in. Capture thread only: the last answer is kept, which nearly always is the next.</summary>
    public uint NumberAt(long now)
    {
        if ((ulong)(now - _windowStart) >= (ulong)Window)
        {
            _windowNumber = (uint)(now / Window);
            _windowStart = now / Window * Window;
        }

        return _windowNumber;
    }

    /// <exception cref="ArgumentException">Too many limits, an unknown subject, or a number out of range.</exception>
    public static RatePlan[] Build(IReadOnlyList<RateLimit> limits)
    {
        if (limits.Count > SourceEntry.MaxRates)
        {
            throw new ArgumentException($"At most {SourceEntry.MaxRates} rate limits are possible, {limits.Count} are given.", nameof(limits));
        }

        return [.. limits.Select(Build)];
    }

    public bool Counts(SipMethod method) =>
        All || (Method != SipMethod.None && (Method == method
            || (Method == SipMethod.Other && method is not (SipMethod.Invite or SipMethod.Register or SipMethod.Options))));

    private static RatePlan Build(RateLimit limit)
    {
        if (limit.Limit < 1 || limit.Window < TimeSpan.FromSeconds(1) || limit.Window > TimeSpan.FromDays(1))
        {
            throw new ArgumentException($"Rate limit of '{limit.Subject}': the limit must be 1 or more and the window 1 s to 1 day.");
        }

        if (limit.Subject == "requests")
        {
            return new RatePlan(limit, EventType.Unspecified, SipMethod.None, true);
        }

        if (limit.Subject == "other")
        {
            return new RatePlan(limit, EventType.Unspecified, SipMethod.Other, false);
        }

        var method = SipMethodNames.Parse(System.Text.Encoding.ASCII.GetBytes(limit.Subject));
        if (method != SipMethod.Other)
        {
            return new RatePlan(limit, EventType.Unspecified, method, false);
        }

        return EventTypes.TryParse(limit.Subject, out var info)
            ? new RatePlan(limit, info.Type, SipMethod.None, false)
            : throw new ArgumentException($"Rate limit of '{limit.Subject}': it is neither 'requests', 'other', a SIP method nor an event type.");
    }
}

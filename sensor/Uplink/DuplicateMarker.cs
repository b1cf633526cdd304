using SensorNet.Sensor.Decode;
using SensorNet.V1;

namespace SensorNet.Sensor.Uplink;

/// <summary>
/// Marks a log record that tells of an attempt already reported, so that rules count it once: the same source and account
/// within two seconds, told by a packet, or by the other of the two that Asterisk writes (its security log and its NOTICE
/// lines). Remembers the latest event of each (source, account, teller), of the last few seconds and at most twice
/// <see cref="GenerationSize"/>. Runs on the queue's thread, while addresses and names are still clear.
/// </summary>
/// <param name="nextId">"epoch-seq" that the event in hand will get.</param>
internal sealed class DuplicateMarker(Func<string> nextId) : IEventStage
{
    public const int GenerationSize = 8192;
    private const long Window = 2_000_000_000;

    private Dictionary<(IpAddress128 Source, string User, Teller By), (long Time, string Id)> _young = [];
    private Dictionary<(IpAddress128 Source, string User, Teller By), (long Time, string Id)> _old = [];
    private long _turned;

    private enum Teller : byte
    {
        Packet,
        Log,
        SecurityLog,
    }

    public void Apply(Event e)
    {
        if (e.SourceIp.Length is not (4 or 16) || e.User.Length == 0)
        {
            return;
        }

        var source = IpAddress128.Read(e.SourceIp.Span);
        if (e.Type == EventType.SipAuthFailed)
        {
            if (e.LogSource == LogSource.Packet)
            {
                Remember((source, e.User, Teller.Packet), e.EventTime);
            }

            return;
        }

        if (e.Type is not (EventType.PbxAuthFailed or EventType.PbxUserUnknown) || e.DupOf.Length > 0)
        {
            return;
        }

        var by = e.Attributes.ContainsKey("asterisk.event") ? Teller.SecurityLog : Teller.Log;
        var other = by == Teller.Log ? Teller.SecurityLog : Teller.Log;
        if ((Find((source, e.User, Teller.Packet), e.EventTime) ?? Find((source, e.User, other), e.EventTime)) is { } id)
        {
            e.DupOf = id;
        }
        else
        {
            Remember((source, e.User, by), e.EventTime);
        }
    }

    public bool Concerns(EventType type) => type is EventType.SipAuthFailed or EventType.PbxAuthFailed or EventType.PbxUserUnknown;

    private string? Find((IpAddress128, string, Teller) key, long time) =>
        (_young.TryGetValue(key, out var seen) || _old.TryGetValue(key, out seen)) && Math.Abs(seen.Time - time) <= Window ? seen.Id : null;

    private void Remember((IpAddress128, string, Teller) key, long time)
    {
        // Two generations bound time and memory without looking at every entry.
        if (_young.Count >= GenerationSize || Math.Abs(time - _turned) > 5 * Window)
        {
            (_young, _old) = (_old, _young);
            _young.Clear();
            _turned = time;
        }

        _young[key] = (time, nextId());
    }
}

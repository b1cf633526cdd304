using SensorNet.Sensor.Decode;
using SensorNet.V1;

namespace SensorNet.Sensor.Uplink;

/// <summary>
/// Marks a log record that tells of an attempt already reported from packets, so that rules count it once: the same source
/// and account within two seconds. Remembers the latest packet event of each (source, account), of the last few seconds
/// and at most twice <see cref="GenerationSize"/>. Runs on the queue's thread, while addresses and names are still clear.
/// </summary>
/// <param name="nextId">"epoch-seq" that the event in hand will get.</param>
internal sealed class DuplicateMarker(Func<string> nextId) : IEventStage
{
    public const int GenerationSize = 8192;
    private const long Window = 2_000_000_000;

    private Dictionary<(IpAddress128 Source, string User), (long Time, string Id)> _young = [];
    private Dictionary<(IpAddress128 Source, string User), (long Time, string Id)> _old = [];
    private long _turned;

    public void Apply(Event e)
    {
        switch (e.Type)
        {
            case EventType.SipAuthFailed when e.LogSource == LogSource.Packet && Key(e) is { } key:
                Remember(key, e.EventTime);
                break;
            case EventType.PbxAuthFailed or EventType.PbxUserUnknown when e.DupOf.Length == 0 && Key(e) is { } key:
                if ((Find(_young, key, e.EventTime) ?? Find(_old, key, e.EventTime)) is { } id)
                {
                    e.DupOf = id;
                }

                break;
        }
    }

    public bool Concerns(EventType type) => type is EventType.SipAuthFailed or EventType.PbxAuthFailed or EventType.PbxUserUnknown;

    private static (IpAddress128 Source, string User)? Key(Event e) =>
        e.SourceIp.Length is 4 or 16 && e.User.Length > 0 ? (IpAddress128.Read(e.SourceIp.Span), e.User) : null;

    private static string? Find(Dictionary<(IpAddress128, string), (long Time, string Id)> generation, (IpAddress128, string) key, long time) =>
        generation.TryGetValue(key, out var seen) && Math.Abs(seen.Time - time) <= Window ? seen.Id : null;

    private void Remember((IpAddress128, string) key, long time)
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

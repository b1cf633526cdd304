using SensorNet.Collector.Ingest;
using SensorNet.Collector.Lists;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Producers;

/// <summary>
/// Counts live calls per user and emits <c>sip.call.gauge</c> when a user's number grows beyond one: how many there are,
/// how many of them abroad, and (as the value) how many to expensive or high-risk destinations. Bounded; a call without
/// an end is forgotten after four hours. Commit thread only.
/// </summary>
internal sealed class CallGaugeStage(NamedValues highRisk) : ICommitStage
{
    private const int MostCalls = 200_000;
    private const long LongestCall = 4L * 3600 * 1_000_000_000;

    private HashSet<string> _highRisk = [];
    private int _highRiskVersion = -1;
    private readonly Dictionary<string, LiveCall> _calls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Live> _users = new(StringComparer.Ordinal);
    private readonly Queue<(string CallId, long Start)> _order = new();

    /// <summary>Calls that were not counted because there were too many.</summary>
    public long Dropped { get; private set; }

    public void OnEvent(ulong position, Event e, ICommit commit) => Count(e, commit);

    /// <summary>An event of the past, after a start.</summary>
    public void Replay(Event e) => Count(e, null);

    public void OnBatchEnd(ICommit commit)
    {
    }

    public void OnDurable()
    {
    }

    private void Count(Event e, ICommit? commit)
    {
        if (_highRiskVersion != highRisk.Version)
        {
            _highRiskVersion = highRisk.Version;
            _highRisk = [.. highRisk.Values];
        }

        if (e.Sip is not { CallId.Length: > 0 } sip)
        {
            return;
        }

        if (e.Type == EventType.SipCallEnd)
        {
            Remove(sip.CallId);
        }
        else if (e.Type == EventType.SipCallStart)
        {
            Expire(e.EventTime);
            Add(e, sip.CallId, commit);
        }
    }

    private void Add(Event e, string callId, ICommit? commit)
    {
        var user = e.Aor.Length > 0 ? e.Aor : e.User;
        if (user.Length == 0 || _calls.ContainsKey(callId))
        {
            return;
        }

        if (_calls.Count >= MostCalls)
        {
            Dropped++;
            return;
        }

        var kind = e.Enrichment?.DestinationClass ?? "";
        var risky = kind is "premium" or "satellite" || _highRisk.Contains(e.Enrichment?.DestinationPrefix ?? "");
        var abroad = risky || kind == "international";
        _calls[callId] = new LiveCall(user, abroad, risky);
        _order.Enqueue((callId, e.EventTime));
        ref var live = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_users, user, out _);
        live.Calls++;
        live.Abroad += abroad ? 1 : 0;
        live.Risky += risky ? 1 : 0;
        if (live.Calls > 1)
        {
            commit?.Emit(Gauge(e, live));
        }
    }

    private void Remove(string callId)
    {
        if (!_calls.Remove(callId, out var call))
        {
            return;
        }

        ref var live = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_users, call.User, out _);
        live.Calls--;
        live.Abroad -= call.Abroad ? 1 : 0;
        live.Risky -= call.Risky ? 1 : 0;
        if (live.Calls <= 0)
        {
            _users.Remove(call.User);
        }
    }

    private void Expire(long now)
    {
        while (_order.TryPeek(out var oldest) && (now - oldest.Start > LongestCall || !_calls.ContainsKey(oldest.CallId)))
        {
            _order.Dequeue();
            Remove(oldest.CallId);
        }
    }

    private static Event Gauge(Event cause, Live live) => new()
    {
        Type = EventType.SipCallGauge,
        Severity = Severity.Info,
        EventTime = cause.EventTime,
        SensorTime = cause.SensorTime,
        Host = cause.Host,
        SourceIp = cause.SourceIp,
        SourcePort = cause.SourcePort,
        User = cause.User,
        Aor = cause.Aor,
        LogSource = LogSource.Collector,
        Synthetic = cause.Synthetic,
        Message = $"{live.Calls} calls at once, {live.Abroad} of them abroad, {live.Risky} of those to expensive destinations",
        Gauge = new Gauge { Name = "user", Value = live.Risky, ActiveCalls = (ulong)live.Calls, ActiveInternational = (ulong)live.Abroad },
    };

    private readonly record struct LiveCall(string User, bool Abroad, bool Risky);

    private struct Live
    {
        public int Calls;
        public int Abroad;
        public int Risky;
    }
}

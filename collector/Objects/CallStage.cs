using Google.Protobuf;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Objects;

/// <summary>
/// Makes one call record per call and sensor out of its attempt, start and end events, in whatever order they come, and
/// derives a <c>cdr</c> event when an answered call has ended. Duration counts from dialling (the first INVITE), billsec
/// from the answer. Commit thread only.
/// </summary>
internal sealed class CallStage : ICommitStage
{
    /// <summary>Calls under way that are kept in memory; beyond that they are read back from the store.</summary>
    private const int CachedCalls = 20_000;

    /// <summary>Stored calls that are made known to the filter at a start, the newest.</summary>
    private const int FilteredAtStart = 20_000;

    private const int MaxPositions = 16;
    private const long Millisecond = 1_000_000;

    /// <summary>Events of one call may differ by so much in what they say about its start.</summary>
    private const long StartSlack = 3_600_000 * Millisecond;

    private readonly IStoreReader store;
    private readonly Dictionary<(string Sensor, string CallId), Call> cache = [];
    private readonly CallFilter filter = new();
    private readonly HashSet<Call> changed = [];

    public CallStage(IStoreReader store)
    {
        this.store = store;
        var rows = 0;
        foreach (var (key, value) in store.Scan(Table.Calls, CallKeys.ByTimePrefix, reversed: true))
        {
            if (rows++ == FilteredAtStart)
            {
                filter.LeaveOut(CallKeys.StartOf(key.AsSpan(1)));
                break;
            }

            var record = CallRecord.Parser.ParseFrom(value);
            filter.Add((record.SensorId, record.CallId), record.StartTime);
        }
    }

    public void OnEvent(ulong position, Event e, ICommit commit)
    {
        if (e.Type is not (EventType.SipCallAttempt or EventType.SipCallStart or EventType.SipCallEnd) || e.Sip is not { CallId.Length: > 0 } sip)
        {
            return;
        }

        var call = Load(e, sip.CallId);
        var record = call.Record;
        if (record.Positions.Count < MaxPositions)
        {
            record.Positions.Add(position);
        }

        Describe(record, e, sip);
        switch (e.Type)
        {
            case EventType.SipCallStart:
                OnStart(record, e);
                break;
            case EventType.SipCallEnd:
                OnEnd(record, e);
                break;
            default:
                OnAttempt(record, e, sip);
                break;
        }

        changed.Add(call);
        if (e.Type == EventType.SipCallEnd)
        {
            commit.Emit(ToEvent(record, e));
        }
    }

    public void OnBatchEnd(ICommit commit)
    {
        foreach (var call in changed)
        {
            var record = call.Record;
            if (call.StoredStart is { } old && old != record.StartTime)
            {
                commit.Delete(Table.Calls, CallKeys.ByTime(old, record.CallId, record.SensorId));
            }

            commit.Put(Table.Calls, CallKeys.ByTime(record.StartTime, record.CallId, record.SensorId), record.ToByteArray());
        }

        // Rows of one kind together: keys that follow each other are cheap to insert.
        foreach (var call in changed)
        {
            var record = call.Record;
            if (call.StoredStart != record.StartTime)
            {
                commit.Put(Table.Calls, CallKeys.ByCallId(record.CallId, record.SensorId), CallKeys.Time(record.StartTime));
                filter.Add((record.SensorId, record.CallId), record.StartTime);
                call.StoredStart = record.StartTime;
            }

            if (record.EndTime != 0)
            {
                cache.Remove((record.SensorId, record.CallId));
            }
        }

        changed.Clear();
        if (cache.Count > CachedCalls)
        {
            // All of it is in the batch or in the store.
            cache.Clear();
        }
    }

    public void OnDurable()
    {
    }

    private static void Describe(CallRecord record, Event e, Sip sip)
    {
        var fromCaller = e.Type != EventType.SipCallEnd;
        record.Host = Keep(record.Host, e.Host);
        record.User = Keep(record.User, e.User);
        record.Aor = Keep(record.Aor, e.Aor);
        record.Src = Keep(record.Src, NameOf(sip.From));
        record.Dst = Keep(record.Dst, First(e.Call?.Destination, sip.Uri?.User, NameOf(sip.To)));
        record.SrcUserAgent = Keep(record.SrcUserAgent, e.UserAgent);
        record.DstUserAgent = Keep(record.DstUserAgent, First(e.Call?.CalleeUserAgent, sip.Server));
        record.DestinationClass = Keep(record.DestinationClass, e.Enrichment?.DestinationClass);
        if (record.SourceIp.IsEmpty || (fromCaller && record.State.Length == 0))
        {
            record.SourceIp = e.SourceIp;
            record.SourcePort = e.SourcePort;
            record.DestinationIp = e.DestinationIp;
            record.DestinationPort = e.DestinationPort;
        }

        if (record.Codecs.Count == 0 && e.Sdp is { } sdp)
        {
            record.Codecs.AddRange(sdp.Codecs);
        }

        if (e.Call is { HasPostDialDelayMs: true } timings)
        {
            record.PostDialDelayMs = timings.PostDialDelayMs;
        }

        if (sip.Trace.Count > record.Trace.Count)
        {
            record.Trace.Clear();
            record.Trace.AddRange(sip.Trace);
        }

        record.Partial |= e.Partial;
    }

    private static void OnStart(CallRecord record, Event e)
    {
        record.AnswerTime = record.AnswerTime == 0 ? e.EventTime : Math.Min(record.AnswerTime, e.EventTime);
        SetStart(record, e.EventTime - DialledBefore(e));
        record.StatusCode = e.Sip.StatusCode;
        if (record.EndTime == 0)
        {
            record.State = "active";
        }
        else
        {
            SetDurations(record);
        }
    }

    private static void OnEnd(CallRecord record, Event e)
    {
        record.State = "answered";
        record.EndTime = Math.Max(record.EndTime, e.EventTime);
        record.HangupBy = Keep(e.Call?.HangupBy ?? "", record.HangupBy);
        record.HangupCause = Keep(e.Call?.HangupCause ?? "", record.HangupCause);
        if (e.Call is { HasDurationMs: true } duration)
        {
            SetStart(record, e.EventTime - ((long)duration.DurationMs * Millisecond));
        }

        if (record.AnswerTime == 0 && e.Call is { HasBillsecMs: true } billed)
        {
            record.AnswerTime = e.EventTime - ((long)billed.BillsecMs * Millisecond);
        }

        // Without any earlier time the call is known only by its end.
        SetStart(record, record.AnswerTime != 0 ? record.AnswerTime : e.EventTime);
        SetDurations(record);
        if (e.Call is { } call)
        {
            record.DurationMs = call.HasDurationMs ? call.DurationMs : record.DurationMs;
            record.BillsecMs = call.HasBillsecMs ? call.BillsecMs : record.BillsecMs;
        }
    }

    private static void OnAttempt(CallRecord record, Event e, Sip sip)
    {
        if (record.State.Length == 0)
        {
            record.State = "attempt";
        }

        // A later answer or a later end decides over a refused branch.
        if (record.State == "attempt")
        {
            record.StatusCode = sip.StatusCode;
            record.Reason = First(e.Reason, sip.Reason);
            record.EndTime = Math.Max(record.EndTime, e.EventTime);
            SetStart(record, e.EventTime - DialledBefore(e));
            SetDurations(record);
            record.HangupCause = Keep(e.Call?.HangupCause ?? "", record.HangupCause);
        }
    }

    private static void SetStart(CallRecord record, long start) =>
        record.StartTime = record.StartTime == 0 ? start : Math.Min(record.StartTime, start);

    private static void SetDurations(CallRecord record)
    {
        record.DurationMs = Milliseconds(record.StartTime, record.EndTime);
        record.BillsecMs = record.AnswerTime == 0 ? 0 : Milliseconds(record.AnswerTime, record.EndTime);
    }

    private static ulong Milliseconds(long from, long to) => to > from ? (ulong)((to - from) / Millisecond) : 0;

    // How long before this event the first INVITE was, in nanoseconds.
    private static long DialledBefore(Event e) =>
        e.Call is { HasDurationMs: true } call ? (long)Math.Min(call.DurationMs, long.MaxValue / Millisecond) * Millisecond
        : e.Sip.Trace.Count > 0 ? (long)Math.Min(e.Sip.Trace[^1].OffsetUs, long.MaxValue / 1000) * 1000
        : 0;

    private static Event ToEvent(CallRecord record, Event end)
    {
        var cdr = CdrEvent.Of(record);
        cdr.LogSource = LogSource.Collector;
        cdr.Synthetic = end.Synthetic;
        cdr.Service = end.Service;
        cdr.PrivacyKeyId = end.PrivacyKeyId;
        cdr.Enrichment = end.Enrichment?.Clone();
        cdr.Sip.From = end.Sip.From?.Clone();
        cdr.Sip.To = end.Sip.To?.Clone();
        return cdr;
    }

    private static string NameOf(SipAddress? address) => First(address?.Uri?.User, address?.Uri?.Full);

    private static string Keep(string have, string? other) => have.Length > 0 ? have : other ?? "";

    private static string First(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (!string.IsNullOrEmpty(text))
            {
                return text;
            }
        }

        return "";
    }

    private Call Load(Event e, string callId)
    {
        var sensorId = e.SensorId;
        if (cache.TryGetValue((sensorId, callId), out var call))
        {
            return call;
        }

        if (MayBeStored(e, callId) && store.Get(Table.Calls, CallKeys.ByCallId(callId, sensorId)) is { Length: 8 } value)
        {
            var start = CallKeys.StartOf(value);
            if (store.Get(Table.Calls, CallKeys.ByTime(start, callId, sensorId)) is { } stored)
            {
                call = new Call(CallRecord.Parser.ParseFrom(stored)) { StoredStart = start };
            }
        }

        call ??= new Call(new CallRecord { CallId = callId, SensorId = sensorId });
        cache[(sensorId, callId)] = call;
        return call;
    }

    // Most events are the first of their call, and asking the store for what it does not have is not cheap.
    private bool MayBeStored(Event e, string callId)
    {
        if (e.Type == EventType.SipCallEnd && e.Call is not { HasDurationMs: true })
        {
            return true;
        }

        var start = e.EventTime - DialledBefore(e);
        return start - StartSlack < filter.CoveredFrom || start > e.EventTime || filter.MayContain((e.SensorId, callId));
    }

    private sealed class Call(CallRecord record)
    {
        public CallRecord Record { get; } = record;

        /// <summary>The start time under which the record is stored; null when it is not.</summary>
        public long? StoredStart { get; set; }
    }
}

using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// Turns datagrams into events, as the SIP event contract says: message -> transaction -> call or registration -> event.
/// <para>
/// Ownership: a request is known by Call-ID, From tag, CSeq number and method. The leg of it that is seen first owns it;
/// a later leg is a relay when it comes from where an earlier leg went, or carries the owner's branch below its own Via.
/// Relays are matched to their replies and widen the call's path, but they make no events, no statistics and no call:
/// one call is one attempt, start and end with the true caller's address, whatever number of proxies it passes.
/// </para>
/// <para>
/// All state is in struct slabs of fixed capacity with eviction of the longest idle entry; keys are hashed with a secret
/// drawn at start; timers run on packet time. A message that raises no event allocates nothing. One thread (the capture
/// thread) calls everything but <see cref="SetDisabled"/>.
/// </para>
/// </summary>
internal sealed partial class SipTracker : IDatagramSink, ITimerTarget
{
    private readonly TrackerOptions _options;
    private readonly IEventSink _events;
    private readonly SipEventFactory _factory;
    private readonly SipReader _reader = new();
    private readonly SipReader _storedReader = new();
    private readonly KeyedHash _hash = new();
    private readonly bool[] _isSipPort = new bool[65536];
    private readonly long _t64;
    private readonly TrackerCounters _counters = new();
    private TimingWheel? _wheel;

    /// <summary>Time of the tracker, which never goes back, ns: packet time plus the offset.</summary>
    private long _now;
    private long _clockOffset;
    private long _nextStats;

    /// <param name="options">Limits and timers.</param>
    /// <param name="events">Where events go.</param>
    /// <param name="host">host.name of every event: the host that is watched.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message says which.</exception>
    public SipTracker(TrackerOptions options, IEventSink events, string host)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(host);
        options.Validate();
        _options = options;
        _events = events;
        _factory = new SipEventFactory(host);
        _t64 = Nanoseconds(options.T1) * 64;
        _transactions = new LruSlab<Transaction>(options.MaxTransactions);
        _transactionIndex = new KeyIndex(options.MaxTransactions);
        _ownerIndex = new KeyIndex(options.MaxTransactions);
        _challengeIndex = new KeyIndex(options.MaxTransactions);
        _requests = new TextArena(options.MaxTransactionBytes);
        _calls = new LruSlab<Call>(options.MaxCalls);
        _callIndex = new KeyIndex(options.MaxCalls);
        _texts = new TextArena(options.MaxTextBytes);
        _bindings = new LruSlab<Binding>(options.MaxBindings);
        _accounts = new LruSlab<Account>(options.MaxBindings);
        _accountIndex = new KeyIndex(options.MaxBindings);
        _sources = new LruSlab<SourceEntry>(options.MaxSources);
        _sourceIndex = new KeyIndex(options.MaxSources);
        _sessions = new LruSlab<Session>(options.MaxSessions);
        _sessionIndex = new KeyIndex(options.MaxSessions);
        _attempts = new LruSlab<AttemptPair>(options.MaxAttemptPairs);
        _attemptIndex = new KeyIndex(options.MaxAttemptPairs);
        _agents = new AgentCache(options.ScannerAgents);
        _rates = RatePlan.Build(options.Rates);
        _localDomains = new HashSet<string>(options.LocalDomains, StringComparer.OrdinalIgnoreCase);
        foreach (var port in options.SipPorts)
        {
            _isSipPort[port] = true;
        }

        SetDisabled(options.Disabled);
    }

    /// <summary>Adds the counters of others (capture, decoding) to every <c>sip.counters</c> event. Called on the capture thread.</summary>
    public Action<IDictionary<string, ulong>>? AddCounters { get; set; }

    public void OnDatagram(in Datagram datagram)
    {
        try
        {
            if (_wheel is null || datagram.Time + _clockOffset > _now)
            {
                OnTime(datagram.Time);
            }

            Handle(datagram);
        }
#pragma warning disable CA1031 // A fault of ours costs the packet that showed it, never the process: the contract's promise.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _counters.Faults++;
            LastFault = fault;
        }
    }

    /// <summary>What went wrong with the packet that was counted last as a fault; null while none was.</summary>
    public Exception? LastFault { get; private set; }

    public void OnTime(long time)
    {
        time += _clockOffset;
        if (time <= _now)
        {
            if (time < _now - PacketClock.Step)
            {
                SetBack(_now - time);
            }

            return;
        }

        if (_wheel is null)
        {
            var interval = Nanoseconds(_options.StatsInterval);
            _wheel = new TimingWheel(time);
            _nextStats = ((time / interval) + 1) * interval;
        }

        AdvanceTo(time);
    }

    /// <summary>
    /// The clock was set back. What is under way goes on in its own time, so that durations and timeouts stay true; events
    /// say what the new clock says.
    /// </summary>
    private void SetBack(long by)
    {
        _counters.ClockSetBack++;
        _clockOffset += by;
        _factory.ClockOffset = _clockOffset;
    }

    /// <summary>
    /// The input has ended at this time (nanoseconds since 1970): runs the timers that are due by then and reports what
    /// is still open as it stands. Nothing is invented beyond what the packets prove: registrations do not expire and
    /// answered calls do not end; an INVITE without final reply is told as a partial attempt; a challenge counts
    /// as abandoned when T1 has passed or its receiver has sent something else since.
    /// </summary>
    public void Finish(long time)
    {
        OnTime(time);
        FinishTransactions();
        TellStatistics(_now);
    }

    /// <summary>The tracker's own counters by name, totals since start. Capture thread only.</summary>
    public void CopyCounters(IDictionary<string, ulong> totals)
    {
        _counters.CopyTo(totals);
        totals["table.transactions"] = (ulong)_transactions.Count;
        totals["table.calls"] = (ulong)_calls.Count;
        totals["table.bindings"] = (ulong)_bindings.Count;
        totals["table.accounts"] = (ulong)_accounts.Count;
        totals["table.sessions"] = (ulong)_sessions.Count;
        totals["table.sources"] = (ulong)_sources.Count;
        totals["table.timers"] = (ulong)(_wheel?.Count ?? 0);
        totals["memory.requests"] = (ulong)_requests.Bytes;
        totals["memory.texts"] = (ulong)_texts.Bytes;
        CopyEventCounts(totals);
    }

    private static long Nanoseconds(TimeSpan time) => time.Ticks * 100;

    private void Handle(in Datagram d)
    {
        var payload = d.Payload;
        _counters.Payloads++;
        _counters.Bytes += (ulong)payload.Length;
        var kind = PayloadClassifier.Classify(payload);
        if (kind != PayloadKind.Text)
        {
            OnOtherPayload(d, kind);
            return;
        }

        var message = _reader.Read(payload);
        if (message.Status == SipStatus.Ok)
        {
            if (message.IsRequest)
            {
                _counters.Requests++;
                OnRequest(message, d);
            }
            else
            {
                _counters.Replies++;
                OnReply(message, d);
            }
        }
        else if (message.Status == SipStatus.NotSip)
        {
            OnOtherPayload(d, PayloadKind.Other);
        }
        else if (d.Truncated && d.Transport == TransportKind.Udp)
        {
            // The capture kept too little of it; the sender is not to blame.
            _counters.Cut++;
            CountPacket(d);
        }
        else
        {
            OnUnreadable(message, d);
        }
    }
}

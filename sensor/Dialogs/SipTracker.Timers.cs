using Google.Protobuf.Collections;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>What happens when nothing happens.</summary>
internal sealed partial class SipTracker
{
    /// <summary>A call is remembered this long after it ended.</summary>
    private const long CallLinger = 32_000_000_000;

    /// <summary>The oldest transaction that <see cref="LookAtYoung"/> has not looked at, -1 when it has at all.</summary>
    private int _firstYoung = -1;
    private ulong _overloads;
    private ulong _lostPackets;
    private ulong _lostTold;
    private long _overloadTold;

    void ITimerTarget.OnTimer(byte kind, int owner)
    {
        // The clock may have jumped far beyond this timer: it acts in its own time, as it would have live.
        _now = Math.Max(_now, _wheel!.Time);
        switch (kind)
        {
            case TransactionTimer:
                OnTransactionTimer(owner);
                break;
            case CallTimer:
                OnCallTimer(owner);
                break;
            case SessionTimer:
                OnSessionTimer(owner);
                break;
            default:
                OnBindingTimer(owner);
                break;
        }
    }

    private void AdvanceTo(long time)
    {
        LookAtYoung(time);

        // Statistics and timers in the order of their times, whatever distance the clock jumps.
        var interval = Nanoseconds(_options.StatsInterval);
        while (_nextStats <= time)
        {
            var due = _nextStats;
            _wheel!.Advance(due, this);
            _now = Math.Max(_now, due);
            TellStatistics(due);
            _nextStats = _activeSources.Count > 0 || _intervalHasTraffic ? due + interval : ((time / interval) + 1) * interval;
        }

        _wheel!.Advance(time, this);
        _now = time;
    }

    /// <summary>When a transaction is over if nothing more comes.</summary>
    private long DueOf(in Transaction t) => t.State switch
    {
        < TransactionState.Challenged when t.Has(TransactionFlags.Acknowledged | TransactionFlags.RefusedUnseen) => t.Last + Nanoseconds(_options.T1),
        TransactionState.Completed => t.Last + Linger,
        TransactionState.Challenged => t.Last + _t64,
        // A cancelled INVITE is given up like one without any reply (RFC 3261 section 9.1).
        TransactionState.Proceeding when t.Method == SipMethod.Invite && !t.Has(TransactionFlags.Cancelled) => t.Provisional + Nanoseconds(_options.RingTimeout),
        _ => t.Last + _t64,
    };

    /// <summary>Something happened that changes when the transaction is over.</summary>
    private void LookAgain(int number)
    {
        ref var t = ref _transactions[number];
        t.Last = _now;
        if (t.Timer >= 0)
        {
            _wheel!.Cancel(t.Timer);
        }

        t.Timer = _wheel!.Set(DueOf(t), TransactionTimer, number);
    }

    /// <summary>The transaction has its final reply: from here on it is remembered only for what comes late.</summary>
    private void Settle(int number, ref Transaction t)
    {
        t.State = TransactionState.Completed;
        t.Last = _now;
        if (_now - t.Start >= Linger)
        {
            // The first look is past, and the next one was meant for an unanswered INVITE: up to minutes ahead.
            LookAgain(number);
        }
    }

    /// <summary>
    /// Most transactions are over within milliseconds, so that they have no timer at first: they are looked at in the order in
    /// which they began, after the time that a finished one is remembered. The list of the slab, in which none is ever
    /// touched, is that order.
    /// </summary>
    private void LookAtYoung(long time)
    {
        while (_firstYoung >= 0)
        {
            var number = _firstYoung;
            ref var t = ref _transactions[number];
            if (t.Start + Linger > time)
            {
                return;
            }

            _firstYoung = _transactions.Newer(number);
            if (t.Timer >= 0)
            {
                continue;
            }

            var due = DueOf(t);
            if (t.State == TransactionState.Completed && due <= time)
            {
                RemoveTransaction(number);
            }
            else
            {
                t.Timer = _wheel!.Set(due, TransactionTimer, number);
            }
        }
    }

    private void OnTransactionTimer(int number)
    {
        ref var t = ref _transactions[number];
        t.Timer = -1;
        var due = DueOf(t);
        if (due > _now)
        {
            t.Timer = _wheel!.Set(due, TransactionTimer, number);
            return;
        }

        if (t.State != TransactionState.Completed && !t.Has(TransactionFlags.Relay))
        {
            Expire(ref t, due, "");
        }

        RemoveTransaction(number);
    }

    /// <summary>The outcome of a transaction that got no final reply, or of a challenge that was not answered.</summary>
    private void Expire(ref Transaction t, long time, string partial)
    {
        if (t.State == TransactionState.Challenged)
        {
            TellAbandonedChallenge(ref t, time, partial);
            EndAttempt(ref t);
            return;
        }

        if (t.Has(TransactionFlags.Acknowledged))
        {
            AnswerUnseen(ref t);
            return;
        }

        if (t.Has(TransactionFlags.RefusedUnseen))
        {
            if (!t.Has(TransactionFlags.InDialog))
            {
                TellAttempt(ref t, t.Last, SipMessage.Empty, "missing_reply");
                EndAttempt(ref t);
            }

            return;
        }

        CountUnanswered(t.Ends.Source);
        if (t.Method == SipMethod.Invite && !t.Has(TransactionFlags.InDialog))
        {
            if (t.RelayedStatus is >= 200 and < 300)
            {
                // Answered beyond the proxy; the answer to the caller was lost to us.
                AnswerUnseen(ref t);
                return;
            }

            if (t.RelayedStatus != 0)
            {
                partial = "missing_reply";
            }

            TellAttempt(ref t, time, SipMessage.Empty, partial);
            EndAttempt(ref t);
        }
        else if (t.Method is not (SipMethod.Bye or SipMethod.Cancel) && !t.Has(TransactionFlags.Foreign))
        {
            if (partial.Length == 0)
            {
                TellOtherTimeout(ref t, time);
            }
        }
    }

    private void EndAttempt(ref Transaction t)
    {
        if (!TryGetCall(ref t, out var call))
        {
            return;
        }

        ref var c = ref _calls[call];
        if (c.State is CallState.Trying or CallState.Challenged)
        {
            Close(call, ref c);
        }
    }

    /// <summary>The call is over: it is remembered a little while for what comes late.</summary>
    private void Close(int call, ref Call c)
    {
        c.State = CallState.Ended;
        c.Last = _now;
        if (c.Timer >= 0)
        {
            _wheel!.Cancel(c.Timer);
        }

        c.Timer = _wheel!.Set(_now + CallLinger, CallTimer, call);
    }

    private void OnCallTimer(int call)
    {
        ref var c = ref _calls[call];
        c.Timer = -1;
        var due = c.State switch
        {
            CallState.Ended => c.Last + CallLinger,
            CallState.Answered => c.Last + DialogTimeoutOf(c),
            _ => c.Last + Nanoseconds(_options.RingTimeout) + _t64,
        };
        if (due > _now)
        {
            c.Timer = _wheel!.Set(due, CallTimer, call);
            return;
        }

        if (c.State == CallState.Answered)
        {
            c.State = CallState.Ended;
            TellCallEnd(call, ref c, due, "timeout", c.Ends, default, "");
        }

        RemoveCall(call);
    }

    /// <summary>
    /// A session timer is refreshed at half its interval and gives up after the interval (RFC 4028 section 10); twice
    /// that tolerates one refresh that was lost to us.
    /// </summary>
    private long DialogTimeoutOf(in Call c) =>
        c.SessionSeconds > 0 ? c.SessionSeconds * 2_000_000_000L : Nanoseconds(_options.DialogTimeout);

    private void FinishTransactions()
    {
        var t1 = Nanoseconds(_options.T1);
        for (var number = _transactions.Oldest; number >= 0; number = _transactions.Newer(number))
        {
            ref var t = ref _transactions[number];
            if (t.State == TransactionState.Completed || (t.Flags & (TransactionFlags.Relay | TransactionFlags.Reported)) != 0)
            {
                continue;
            }

            var young = t.State == TransactionState.Challenged && _now - t.Last < t1 && !SentSince(t.Ends.Source, t.Last);
            if (t.State == TransactionState.Challenged)
            {
                Expire(ref t, _now, young ? "capture_gap" : "");
            }
            else if (t.Method == SipMethod.Invite && !t.Has(TransactionFlags.InDialog))
            {
                Expire(ref t, _now, "capture_gap");
            }

            t.State = TransactionState.Completed;
        }
    }

    /// <summary>Counts an entry that was pushed out before its time.</summary>
    private void NoteOverload()
    {
        _overloads++;
        TellOverload();
    }

    /// <summary>Packets that the capture has lost are told of as entries that were pushed out are: what they said is missing.</summary>
    private void NoteLostPackets(MapField<string, ulong> totals)
    {
        totals.TryGetValue("capture.kernel_dropped", out var kernel);
        totals.TryGetValue("capture.interface_dropped", out var card);
        _lostPackets = kernel + card;
        if (_lostPackets > _lostTold)
        {
            TellOverload();
        }
    }

    /// <summary>Told once a minute while entries are pushed out, events about strangers are held back, or packets lost.</summary>
    private void TellOverload()
    {
        if (_now - _overloadTold < 60_000_000_000 || !Wanted(EventType.SensorOverload))
        {
            return;
        }

        _overloadTold = _now;
        var e = _factory.CreateOwn(EventType.SensorOverload, _now);
        e.Attributes["evicted.calls"] = Number(_counters.EvictedCalls);
        e.Attributes["evicted.transactions"] = Number(_counters.EvictedTransactions);
        e.Attributes["evicted.bindings"] = Number(_counters.EvictedBindings);
        e.Attributes["evicted.sessions"] = Number(_counters.EvictedSessions);
        e.Attributes["evicted.sources"] = Number(_counters.EvictedSources);
        e.Attributes["events.held_back"] = Number(_counters.HeldBack);
        e.Attributes["packets.lost"] = Number(_lostPackets);
        _lostTold = _lostPackets;
        e.Message = $"More traffic than this sensor can follow: {_lostPackets} packets were lost, {_overloads} entries forgotten before their time, {_counters.HeldBack} events held back";
        _events.Emit(e);
    }

    private static string Number(ulong value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

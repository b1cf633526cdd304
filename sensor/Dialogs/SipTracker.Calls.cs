using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Dialogs;

/// <summary>The life of a call: INVITE, ACK, CANCEL, BYE and what comes in between.</summary>
internal sealed partial class SipTracker
{
    private const int LongestText = 1536;
    private readonly LruSlab<Call> _calls;

    /// <summary>By Call-ID and caller's tag.</summary>
    private readonly KeyIndex _callIndex;
    private readonly TextArena _texts;

    private void OnInvite(int number, in SipMessage m, in Datagram d, in Keys keys)
    {
        var key = _hash.Of(keys.CallId, keys.FromTag);
        var call = _callIndex.Find(key);
        if (call < 0)
        {
            call = AddCall(key, m, Endpoints.Of(d));
        }
        else
        {
            ref var known = ref _calls[call];
            if (known.State == CallState.Answered || !known.IsOnPath(ShortHash(d.Source)))
            {
                // A copy of somebody's INVITE, or one that merges into a call that is up: it stands for itself.
                return;
            }

            if (known.State == CallState.Ended)
            {
                Reopen(ref known);
            }

            var former = FindInviteOf(call);
            if (former >= 0 && _transactions[former].State < TransactionState.Challenged)
            {
                // The caller has moved on, so the former INVITE was answered and we missed it: one call, one outcome.
                _transactions[former].State = TransactionState.Completed;
                _transactions[former].Last = _now;
            }

            known.State = CallState.Trying;
            known.Last = _now;
            _calls.Touch(call);
        }

        ref var t = ref _transactions[number];
        t.Call = call;
        t.CallGeneration = _calls.Generation(call);
        ref var c = ref _calls[call];
        c.Invite = number;
        c.InviteGeneration = _transactions.Generation(number);
        if (t.Has(TransactionFlags.Credentials))
        {
            c.Flags |= CallFlags.Credentials;
        }

        c.Anomalies |= t.Anomalies;
        Trace(ref c, true, false, 0, SipMethod.Invite);
        KeepMessage(call, m, d, true);
    }

    private int AddCall(ulong key, in SipMessage m, in Endpoints ends)
    {
        if (_calls.IsFull)
        {
            EvictCall();
        }

        var call = _calls.Add();
        ref var c = ref _calls[call];
        c.Ends = ends;
        c.Start = c.Last = _now;
        c.Block = -1;
        c.Invite = -1;
        c.Timer = _wheel!.Set(_now + (2 * _t64), CallTimer, call);
        c.AddPath(ShortHash(ends.Source));
        c.AddPath(ShortHash(ends.Destination));
        AddContactToPath(ref c, m);
        _callIndex.Add(key, call);
        return call;
    }

    private void EvictCall()
    {
        // A flood of INVITEs, or of answers to none, must not push out the calls that are up, which are idle for hours.
        var oldest = _calls.Oldest;
        for (var spared = 0; spared < MostSpared && _calls[oldest].State == CallState.Answered && !_calls[oldest].Has(CallFlags.MissingRequest); spared++)
        {
            _calls.Touch(oldest);
            oldest = _calls.Oldest;
        }

        if (_calls[oldest].State != CallState.Ended)
        {
            _counters.EvictedCalls++;
            NoteOverload();
        }

        RemoveCall(oldest);
    }

    private static void Reopen(ref Call c)
    {
        // A new attempt under the same Call-ID, as after a redirection or a refusal that can be mended.
        c.Ringing = 0;
        c.Answered = 0;
        c.Flags &= ~CallFlags.Cancelled;
        c.Dialogs = default;
    }

    private void RemoveCall(int call)
    {
        ref var c = ref _calls[call];
        ForgetCallTexts(ref c);
        if (c.Timer >= 0)
        {
            _wheel!.Cancel(c.Timer);
        }

        ForgetMessages(call);
        _callIndex.Remove(call);
        _calls.Remove(call);
    }

    /// <summary>The call of a request or reply inside a dialog, whoever of the two sent it.</summary>
    private int FindCall(in Keys keys, out bool fromCaller)
    {
        fromCaller = true;
        var call = _callIndex.Find(_hash.Of(keys.CallId, keys.FromTag));
        if (call < 0 && keys.ToTag != 0)
        {
            fromCaller = false;
            call = _callIndex.Find(_hash.Of(keys.CallId, keys.ToTag));
        }

        return call;
    }

    private void OnAck(in SipMessage m, in Datagram d, in Keys keys)
    {
        var number = _transactionIndex.Find(keys.Transaction);
        if (number >= 0)
        {
            // To a refusal, hop by hop.
            ref var t = ref _transactions[number];
            if (!t.Has(TransactionFlags.Relay))
            {
                CountRequest(m, d);
                if (t.State < TransactionState.Challenged && t.Method == SipMethod.Invite)
                {
                    t.Flags |= TransactionFlags.RefusedUnseen;
                    LookAgain(number);
                }

                if (TryGetCall(ref t, out var refused))
                {
                    Trace(ref _calls[refused], true, false, 0, SipMethod.Ack);
                    KeepMessage(refused, m, d, true);
                }
            }

            return;
        }

        var call = FindCall(keys, out var fromCaller);
        if (call < 0)
        {
            if (m.NextLine(m.FirstLine(SipHeaderId.Via)) < 0)
            {
                CountRequest(m, d);
            }

            return;
        }

        ref var c = ref _calls[call];
        var first = d.Source == (fromCaller ? c.Ends.Source : c.Ends.Destination);
        TouchCall(call, ref c);
        if (!first || (fromCaller && d.Destination != c.Ends.Destination && c.IsOnPath(ShortHash(d.Source)) && m.NextLine(m.FirstLine(SipHeaderId.Via)) >= 0))
        {
            return;
        }

        CountRequest(m, d);
        c.Anomalies |= m.Anomalies;
        Trace(ref c, fromCaller, false, 0, SipMethod.Ack);
        KeepMessage(call, m, d, fromCaller);
        if (c.State == CallState.Trying && fromCaller && keys.ToTag != 0)
        {
            // Only a 2xx is acknowledged in a transaction of its own (RFC 3261 section 13.2.2.4): the answer was lost to us,
            // or comes late, which several capture threads can make it do.
            c.AddDialog(ShortTag(keys.ToTag));
            var invite = FindInviteOf(call);
            if (invite >= 0)
            {
                ref var t = ref _transactions[invite];
                t.Flags |= TransactionFlags.Acknowledged;
                LookAgain(invite);
            }
        }
    }

    /// <summary>A refused copy or a stray part of the dialog: what a request inside a dialog means for its call.</summary>
    private void OnRequestInDialog(int number, in SipMessage m, in Datagram d, in Keys keys)
    {
        var call = FindCall(keys, out var fromCaller);
        if (call < 0)
        {
            return;
        }

        ref var t = ref _transactions[number];
        ref var c = ref _calls[call];
        t.Call = call;
        t.CallGeneration = _calls.Generation(call);
        if (IsForeign(c, d, m))
        {
            t.Flags |= TransactionFlags.Foreign;
            t.Anomalies |= m.Method == SipMethod.Invite ? SipAnomalies.ForeignReinvite : SipAnomalies.ForeignRequest;
            t.Flags |= TransactionFlags.Reported;
            TellAnomaly(m, d, t.Anomalies);
            return;
        }

        TouchCall(call, ref c);
        Trace(ref c, fromCaller, false, 0, m.Method);
        KeepMessage(call, m, d, fromCaller);
    }

    private void OnCancel(int number, in SipMessage m, in Datagram d, in Keys keys)
    {
        var call = _callIndex.Find(_hash.Of(keys.CallId, keys.FromTag));
        if (call < 0)
        {
            return;
        }

        ref var t = ref _transactions[number];
        ref var c = ref _calls[call];
        t.Call = call;
        t.CallGeneration = _calls.Generation(call);
        if (!c.IsOnPath(ShortHash(d.Source)))
        {
            t.Anomalies |= SipAnomalies.ForeignCancel;
            t.Flags |= TransactionFlags.Foreign | TransactionFlags.Reported;
            TellAnomaly(m, d, t.Anomalies);
            return;
        }

        c.Flags |= CallFlags.Cancelled;
        TouchCall(call, ref c);
        Trace(ref c, true, false, 0, SipMethod.Cancel);
        KeepMessage(call, m, d, true);
        var invite = FindInviteOf(call);
        if (invite >= 0)
        {
            _transactions[invite].Flags |= TransactionFlags.Cancelled;
            LookAgain(invite);
        }
    }

    private void OnBye(int number, in SipMessage m, in Datagram d, in Keys keys)
    {
        var call = FindCall(keys, out var fromCaller);
        if (call < 0)
        {
            return;
        }

        ref var t = ref _transactions[number];
        ref var c = ref _calls[call];
        t.Call = call;
        t.CallGeneration = _calls.Generation(call);
        var calleeTag = fromCaller ? keys.ToTag : keys.FromTag;
        if (IsForeign(c, d, m))
        {
            t.Flags |= TransactionFlags.Foreign | TransactionFlags.Reported;
            t.Anomalies |= SipAnomalies.ForeignBye;
            TellAnomaly(m, d, t.Anomalies);
            return;
        }

        if (c.Dialogs[0] != 0 && !c.HasDialog(ShortTag(calleeTag)))
        {
            // No dialog of this call has that tag: the other side will answer 481, and the call goes on.
            t.Flags |= TransactionFlags.Foreign | TransactionFlags.Reported;
            t.Anomalies |= SipAnomalies.TagMismatch;
            TellAnomaly(m, d, t.Anomalies);
            return;
        }

        TouchCall(call, ref c);
        Trace(ref c, fromCaller, false, 0, SipMethod.Bye);
        KeepMessage(call, m, d, fromCaller);
        var invite = c.State == CallState.Trying ? FindInviteOf(call) : -1;
        if (invite >= 0 && _transactions[invite].Has(TransactionFlags.Acknowledged))
        {
            AnswerUnseen(ref _transactions[invite]);
        }

        if (c.State is CallState.Trying or CallState.Challenged)
        {
            // No answer was seen, so the dialog is not proven: only an accepted BYE ends it.
            return;
        }

        t.Flags |= TransactionFlags.Reported;
        c.RemoveDialog(ShortTag(calleeTag));
        if (c.State == CallState.Ended || c.Dialogs[0] != 0)
        {
            return;
        }

        c.Anomalies |= t.Anomalies;
        EndCall(call, ref c, fromCaller ? "caller" : "callee", Endpoints.Of(d), m.First(SipHeaderId.Reason));
    }

    /// <summary>
    /// From an address that takes no part in the call: neither end, no proxy on the way, no contact of theirs, and not
    /// where the account that it names is registered (a phone that moved). Of a call whose beginning was not seen nobody can tell.
    /// </summary>
    private bool IsForeign(in Call c, in Datagram d, in SipMessage m) =>
        !c.Has(CallFlags.MidDialog | CallFlags.MissingRequest) && !c.IsOnPath(ShortHash(d.Source)) && !IsRegisteredAt(m.From, d.Source);

    private void AddLegToPath(int call, in Datagram d)
    {
        ref var c = ref _calls[call];
        c.AddPath(ShortHash(d.Source));
        c.AddPath(ShortHash(d.Destination));
    }

    /// <summary>A Contact is where requests inside the dialog come from when no proxy stays on the way.</summary>
    private void AddContactToPath(ref Call c, in SipMessage m)
    {
        var contact = m.First(SipHeaderId.Contact);
        if (contact.IsEmpty || !SipAddressView.TryParse(contact, out var view))
        {
            return;
        }

        if (NumericAddress.TryParse(SipUriView.Parse(view.Uri).Host, out var address))
        {
            c.AddPath(ShortHash(address));
        }
    }

    private void TouchCall(int call, ref Call c)
    {
        // Within a second of the last message the place in the list of idle calls need not change.
        if (_now - c.Last > 1_000_000_000)
        {
            _calls.Touch(call);
        }

        c.Last = _now;
    }

    private void Trace(ref Call c, bool fromSource, bool retransmission, int status, SipMethod method) =>
        c.Trace.Add(_now - c.Start, fromSource, retransmission, status, method);
}

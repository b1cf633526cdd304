using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>Replies to requests that were not seen: what they tell alone.</summary>
internal sealed partial class SipTracker
{
    /// <summary>A reply to a request that was not seen.</summary>
    private void OnUnmatchedReply(in SipMessage m, in Datagram d, in Keys keys)
    {
        _counters.UnmatchedReplies++;

        // A leg whose request is known from another hop tells nothing new; neither does a provisional reply or a challenge.
        if (m.StatusCode < 200 || m.StatusCode is 401 or 407 || _ownerIndex.Find(keys.Request) >= 0)
        {
            return;
        }

        if (m.NextLine(m.FirstLine(SipHeaderId.Via)) >= 0)
        {
            // Seen between two proxies; the hop to the client will tell.
            return;
        }

        // Remembered as a finished transaction, so that its retransmissions are known for what they are.
        var number = AddTransaction(m.CSeqMethod, Endpoints.Reversed(d), keys, owns: true);
        ref var t = ref _transactions[number];
        t.State = TransactionState.Completed;
        t.Status = (ushort)m.StatusCode;
        t.Flags |= TransactionFlags.Reported;
        t.Anomalies = Anomalies(m, d);
        TellUnmatchedReply(number, m, d, keys);
    }

    private void TellUnmatchedReply(int number, in SipMessage m, in Datagram d, in Keys keys)
    {
        var method = m.CSeqMethod;
        switch (method)
        {
            case SipMethod.Invite when m.StatusCode < 300:
                AnswerWithoutRequest(number, m, keys);
                return;
            case SipMethod.Invite:
                // Of an INVITE inside a call that is up, else of one that would have made a call.
                var call = FindCall(keys, out _);
                TellReplyAlone(call >= 0 && _calls[call].State == CallState.Answered ? EventType.SipOtherFailed : EventType.SipCallAttempt, number, m);
                return;
            case SipMethod.Cancel or SipMethod.Ack:
                return;
            case SipMethod.Bye when m.StatusCode < 300 && FindCall(keys, out _) >= 0:
                EndByLostBye(m, d, keys);
                return;
            case SipMethod.Bye when m.StatusCode < 300:
                TellReplyAlone(EventType.SipCallEnd, number, m);
                return;
            case SipMethod.Register when m.StatusCode < 300:
                RegisterWithoutRequest(number, m);
                return;
            default:
                TellReplyAlone(m.StatusCode < 300 ? EventType.SipOtherOk : EventType.SipOtherFailed, number, m);
                return;
        }
    }

    private void TellReplyAlone(EventType type, int number, in SipMessage m)
    {
        ref var t = ref _transactions[number];
        if (!Wanted(type, t.Ends))
        {
            return;
        }

        var e = ReplyAlone(type, t, m);
        e.SetMessage($"{m.StatusCode} to a {e.Sip.Method} of {e.User} that was not seen");
        Emit(e);
    }

    private SipEvent ReplyAlone(EventType type, in Transaction t, in SipMessage m)
    {
        var e = _factory.Create(type, _now, t.Ends);
        _factory.FillFromReplyAlone(e, m);
        e.Sip.Anomalies = t.Anomalies;
        e.PartialReason = "missing_request";
        if (t.Method is SipMethod.Invite or SipMethod.Bye)
        {
            e.HasCall = true;
            e.Call.Destination = e.Sip.To.Uri.User;
            e.Sdp = ReadSdp(m.Body);
        }

        return e;
    }

    /// <summary>A 2xx whose INVITE was not seen: the call is known from here on.</summary>
    private void AnswerWithoutRequest(int number, in SipMessage m, in Keys keys)
    {
        ref var t = ref _transactions[number];
        var call = FindCall(keys, out var fromCaller);
        if (call >= 0)
        {
            ref var known = ref _calls[call];
            if (fromCaller && known.State == CallState.Answered)
            {
                // Another fork's, or that of an INVITE inside the call.
                known.AddDialog(ShortTag(keys.ToTag));
                AddContactToPath(ref known, m);
            }

            return;
        }

        call = AddCall(_hash.Of(keys.CallId, keys.FromTag), m, t.Ends);
        t.Call = call;
        t.CallGeneration = _calls.Generation(call);
        ref var c = ref _calls[call];
        c.State = CallState.Answered;
        c.Answered = _now;
        c.Flags |= CallFlags.MissingRequest;
        c.Anomalies |= t.Anomalies;
        c.AddDialog(ShortTag(keys.ToTag));
        ReadSessionTimer(ref c, m);
        KeepCallTexts(ref c, SipMessage.Empty, m, ReadSdp(m.Body));
        Trace(ref c, false, false, m.StatusCode, SipMethod.Invite);
        if (!Wanted(EventType.SipCallStart, t.Ends))
        {
            return;
        }

        var e = ReplyAlone(EventType.SipCallStart, t, m);
        e.Call.CalleeUserAgent = _factory.Text(m.UserAgent.IsEmpty ? m.First(SipHeaderId.Server) : m.UserAgent, 255);
        FillCall(e, ref c, call, failed: false);
        e.SetMessage($"Call {e.User} -> {e.Call.Destination} answered (its INVITE was not seen)");
        Emit(e);
    }

    /// <summary>A 2xx whose REGISTER was lost: its contacts are all that is known.</summary>
    private void RegisterWithoutRequest(int number, in SipMessage reply)
    {
        // What the events say of the account is taken from the reply, kept as a request would be.
        ref var t = ref _transactions[number];
        KeepRequest(ref t, reply);
        UpdateBindings(ref t, SipMessage.Empty, reply, "missing_request");
        ForgetRequest(ref t);
    }

    /// <summary>A BYE that was not seen has been answered 2xx.</summary>
    private void EndByLostBye(in SipMessage reply, in Datagram d, in Keys keys)
    {
        var call = FindCall(keys, out var fromCaller);
        ref var c = ref _calls[call];
        if (c.State != CallState.Answered || (IsForeignAddress(c, d.Destination) && BeginningOf(c).Length == 0))
        {
            return;
        }

        Close(call, ref c);
        TellCallEnd(call, ref c, _now, fromCaller ? "caller" : "callee", Endpoints.Reversed(d), default, "missing_request");
        ForgetCallTexts(ref c);
    }
}

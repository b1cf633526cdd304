using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>Replies: the outcome of transactions.</summary>
internal sealed partial class SipTracker
{
    /// <summary>How long a finished transaction is remembered after its last message: RFC 3261 T4.</summary>
    private const long Linger = 5_000_000_000;

    private void OnReply(in SipMessage m, in Datagram d)
    {
        var keys = KeysOf(m, d.Destination);
        var number = _transactionIndex.Find(keys.Transaction);
        if (number < 0)
        {
            number = FindByOwner(keys);
            if (number < 0)
            {
                OnUnmatchedReply(m, d, keys);
                return;
            }
        }

        ref var t = ref _transactions[number];
        if (t.Has(TransactionFlags.Relay))
        {
            OnRelayedReply(number, ref t, m, keys);
            return;
        }

        CountReply(t.Ends.Source, m);
        if (t.State is TransactionState.Completed or TransactionState.Challenged)
        {
            OnRepeatedReply(ref t, m, keys);
            return;
        }

        t.Status = (ushort)m.StatusCode;
        var anomalies = Anomalies(m, d);
        t.Anomalies |= anomalies;
        var inCall = TryGetCall(ref t, out var call);
        if (inCall && !t.Has(TransactionFlags.Foreign))
        {
            ref var c = ref _calls[call];
            c.Anomalies |= anomalies;
            Trace(ref c, IsFromCaller(c, t.Ends.Destination, d), false, m.StatusCode, m.CSeqMethod);
            KeepMessage(call, m, d, false);
            TouchCall(call, ref c);
        }

        if (m.StatusCode < 200)
        {
            OnProvisional(ref t, m);
            return;
        }

        Complete(number, ref t, m, d, keys);
    }

    /// <summary>
    /// The owner's leg when a reply went to another address than the request came from (a client behind a translator
    /// that is seen from both sides).
    /// </summary>
    private int FindByOwner(in Keys keys)
    {
        var number = _ownerIndex.Find(keys.Request);
        return number >= 0 && _transactions[number].Branch == keys.Branch ? number : -1;
    }

    /// <summary>Whether a message that answers a request to this address was sent by the caller's side.</summary>
    private static bool IsFromCaller(in Call c, IpAddress128 requestWentTo, in Datagram d) =>
        requestWentTo == c.Ends.Source && d.Source == c.Ends.Source && c.Ends.Source != c.Ends.Destination;

    private void OnProvisional(ref Transaction t, in SipMessage m)
    {
        t.State = TransactionState.Proceeding;
        t.Provisional = _now;
        if (t.Method != SipMethod.Invite || t.Has(TransactionFlags.InDialog) || !TryGetCall(ref t, out var call))
        {
            return;
        }

        ref var c = ref _calls[call];
        if (m.StatusCode is 180 or 183 && c.Ringing == 0)
        {
            c.Ringing = _now;
        }

        if (m.StatusCode > 100)
        {
            AddContactToPath(ref c, m);
        }
    }

    private void OnRelayedReply(int number, ref Transaction t, in SipMessage m, in Keys keys)
    {
        if (m.StatusCode < 200)
        {
            t.State = TransactionState.Proceeding;
            t.Provisional = _now;
            return;
        }

        Settle(number, ref t);
        t.Status = (ushort)m.StatusCode;
        var owner = _ownerIndex.Find(keys.Request);
        if (owner >= 0)
        {
            _transactions[owner].RelayedStatus = (ushort)m.StatusCode;
        }

        if (t.Method == SipMethod.Invite && m.StatusCode < 300 && !t.Has(TransactionFlags.InDialog) && TryGetCall(ref t, out var call))
        {
            ref var c = ref _calls[call];
            AddContactToPath(ref c, m);
            TouchCall(call, ref c);
        }
    }

    /// <summary>A final reply after the final reply: a retransmission, or another fork's answer (RFC 3261 section 13.2.2.4).</summary>
    private void OnRepeatedReply(ref Transaction t, in SipMessage m, in Keys keys)
    {
        if (t.Method == SipMethod.Invite && m.StatusCode is >= 200 and < 300 && !t.Has(TransactionFlags.InDialog)
            && TryGetCall(ref t, out var call))
        {
            ref var c = ref _calls[call];
            if (c.State == CallState.Answered && keys.ToTag != 0 && !c.HasDialog(ShortTag(keys.ToTag)))
            {
                c.AddDialog(ShortTag(keys.ToTag));
                c.Anomalies |= m.Anomalies;
                AddContactToPath(ref c, m);
                Trace(ref c, false, false, m.StatusCode, SipMethod.Invite);
                return;
            }
        }

        _counters.Retransmissions++;
        t.Retransmissions++;
        if (t.State == TransactionState.Completed)
        {
            t.Last = _now;
        }
    }

    private void Complete(int number, ref Transaction t, in SipMessage m, in Datagram d, in Keys keys)
    {
        Settle(number, ref t);
        if (m.StatusCode is 401 or 407 && t.Method is not (SipMethod.Bye or SipMethod.Cancel))
        {
            if (!t.Has(TransactionFlags.Credentials) || !IsRefusal(t, m))
            {
                AwaitCredentials(number, ref t, keys);
                return;
            }

            TellRefusedCredentials(ref t, m);
            if (t.Method == SipMethod.Invite && TryGetCall(ref t, out var refused))
            {
                _calls[refused].State = CallState.Challenged;
            }
        }
        else
        {
            switch (t.Method)
            {
                case SipMethod.Invite when !t.Has(TransactionFlags.InDialog):
                    CompleteInvite(ref t, m, keys);
                    break;
                case SipMethod.Invite:
                    CompleteReinvite(ref t, m, keys);
                    break;
                case SipMethod.Register:
                    CompleteRegister(ref t, m);
                    break;
                case SipMethod.Bye:
                    CompleteBye(ref t, m);
                    break;
                case SipMethod.Cancel:
                    break;
                default:
                    CompleteOther(ref t, m);
                    break;
            }
        }

        JudgeOutcome(ref t, m);
        if (t.Anomalies != SipAnomalies.None && !t.Has(TransactionFlags.Reported))
        {
            TellStoredAnomaly(ref t);
        }

        ForgetRequest(ref t);
    }

    private void CompleteReinvite(ref Transaction t, in SipMessage m, in Keys keys)
    {
        if (m.StatusCode < 300)
        {
            if (t.Has(TransactionFlags.Foreign))
            {
                return;
            }

            if (!TryGetCall(ref t, out var call))
            {
                RebuildCall(ref t, m, keys);
                return;
            }

            ref var c = ref _calls[call];
            AddContactToPath(ref c, m);
            ReadSessionTimer(ref c, m);
            return;
        }

        TellOther(EventType.SipOtherFailed, ref t, m);
    }

    private void CompleteOther(ref Transaction t, in SipMessage m)
    {
        if (m.StatusCode == 403 && t.Has(TransactionFlags.Credentials))
        {
            TellRefusedCredentials(ref t, m);
            return;
        }

        if (t.Has(TransactionFlags.Foreign))
        {
            return;
        }

        TellOther(m.StatusCode < 300 ? EventType.SipOtherOk : EventType.SipOtherFailed, ref t, m);
        if (m.StatusCode < 300 && t.Has(TransactionFlags.Credentials))
        {
            NoteKnown(t.Ends.Source);
        }
    }

    private void CompleteBye(ref Transaction t, in SipMessage m)
    {
        // No server has a reason to challenge whom it has called; a stranger who calls to collect digests has.
        if (m.StatusCode is 401 or 407 && !t.Has(TransactionFlags.Foreign) && TryGetCall(ref t, out var answered)
            && t.Ends.Source != _calls[answered].Ends.Source)
        {
            t.Anomalies |= SipAnomalies.ChallengedBye;
            TellOther(EventType.SipOtherFailed, ref t, m);
            return;
        }

        if (t.Has(TransactionFlags.Reported))
        {
            return;
        }

        if (m.StatusCode < 300 && TryGetCall(ref t, out var call))
        {
            t.Flags |= TransactionFlags.Reported;
            ref var c = ref _calls[call];
            if (c.State is CallState.Trying or CallState.Challenged)
            {
                EndCall(call, ref c, t.Ends.Source == c.Ends.Source ? "caller" : "callee", t.Ends, default);
            }
        }
        else if (m.StatusCode < 300)
        {
            // The call began before we listened, or its INVITE was lost.
            TellUnseenCallEnd(ref t, m);
        }
        else
        {
            TellOther(EventType.SipOtherFailed, ref t, m);
        }
    }
}

using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Dialogs;

/// <summary>Requests: which transaction and call they belong to, and who really sent them.</summary>
internal sealed partial class SipTracker
{
    private const byte TransactionTimer = 1;
    private const byte CallTimer = 2;
    private const byte BindingTimer = 3;
    private const byte SessionTimer = 4;
    private const int MostViasRead = 8;
    private readonly LruSlab<Transaction> _transactions;

    /// <summary>By request, Via and sender: what a retransmission or a reply belongs to.</summary>
    private readonly KeyIndex _transactionIndex;

    /// <summary>By request alone: the leg that owns it.</summary>
    private readonly KeyIndex _ownerIndex;

    /// <summary>By Call-ID, sender and account: the challenge that waits for credentials, or credentials whose challenge was not seen.</summary>
    private readonly KeyIndex _challengeIndex;
    private readonly TextArena _requests;

    /// <summary>The hashes of one message that several tables are asked with.</summary>
    private struct Keys
    {
        public ulong CallId;
        public ulong FromTag;
        public ulong ToTag;

        /// <summary>Call-ID, From tag, CSeq number and method (INVITE for ACK).</summary>
        public ulong Request;
        public ulong Branch;

        /// <summary>The request, its top Via and the address of its sender.</summary>
        public ulong Transaction;
    }

    private void OnRequest(in SipMessage m, in Datagram d)
    {
        var keys = KeysOf(m, d.Source);
        var method = m.Method;
        if (method == SipMethod.Ack)
        {
            OnAck(m, d, keys);
            return;
        }

        var known = _transactionIndex.Find(keys.Transaction);
        if (known >= 0)
        {
            OnRetransmission(known, m, d);
            return;
        }

        var owner = _ownerIndex.Find(keys.Request);
        if (owner >= 0 && IsRelay(_transactions[owner], m, d))
        {
            OnRelay(owner, m, d, keys);
            return;
        }

        OnNewRequest(m, d, keys);
    }

    private Keys KeysOf(in SipMessage m, IpAddress128 requestSender)
    {
        var keys = new Keys
        {
            CallId = _hash.Of(m.CallId),
            FromTag = _hash.Of(m.FromTag),
            Branch = _hash.Of(m.Branch),
        };
        keys.ToTag = m.ToTag.IsEmpty ? 0 : _hash.Of(m.ToTag);
        var method = m.CSeqMethod switch
        {
            // An ACK to a refusal belongs to the INVITE's transaction (RFC 3261 section 17.1.1.3).
            SipMethod.Ack => (ulong)SipMethod.Invite,
            SipMethod.Other => _hash.Of(m.CSeqMethodToken),
            _ => (ulong)m.CSeqMethod,
        };
        keys.Request = _hash.Of(_hash.Of(keys.CallId, keys.FromTag), _hash.Of(m.CSeq, method));
        var via = _hash.Of(keys.Branch, _hash.Of(m.SentBy));
        keys.Transaction = _hash.Of(_hash.Of(keys.Request, via), HashOf(requestSender));
        return keys;
    }

    private ulong HashOf(IpAddress128 address) => _hash.Of(address.High, address.Low);

    /// <summary>For paths: never 0.</summary>
    private uint ShortHash(IpAddress128 address) => (uint)(HashOf(address) >> 32) | 1;

    private static uint ShortTag(ulong tag) => (uint)(tag >> 32) | 1;

    private bool IsRelay(in Transaction owner, in SipMessage m, in Datagram d)
    {
        var differs = d.Source != owner.Ends.Source || d.SourcePort != owner.Ends.SourcePort;
        if (differs && d.Source == owner.Ends.Destination
            && (d.Source != owner.Ends.Source || d.SourcePort == owner.Ends.DestinationPort))
        {
            return true;
        }

        if (differs && owner.RelayedTo != 0 && owner.RelayedTo == ShortHash(d.Source) && d.Source != owner.Ends.Source)
        {
            return true;
        }

        return CarriesBranch(m, owner.Branch);
    }

    /// <summary>Whether a Via below the top one has this branch.</summary>
    private bool CarriesBranch(in SipMessage m, ulong branch)
    {
        var seen = 0;
        for (var line = m.FirstLine(SipHeaderId.Via); line >= 0 && seen < MostViasRead; line = m.NextLine(line))
        {
            var list = new SipList(m.Value(line));
            while (list.MoveNext() && seen < MostViasRead)
            {
                if (seen++ > 0 && SipViaView.TryParse(list.Current, out var via) && _hash.Of(via.Branch) == branch)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void OnRetransmission(int number, in SipMessage m, in Datagram d)
    {
        ref var t = ref _transactions[number];
        t.Retransmissions++;
        t.Last = _now;
        _counters.Retransmissions++;
        if (t.Has(TransactionFlags.Relay))
        {
            return;
        }

        var source = CountRequest(m, d);
        CountNames(source, UserKey(m), _hash.Of(m.UserAgent));
        _sources[source].Interval.Retransmissions++;

        if (TryGetCall(ref t, out var call))
        {
            ref var c = ref _calls[call];
            c.Retransmissions++;
            Trace(ref c, true, true, 0, m.Method);
            KeepMessage(call, m, d, true);
        }
    }

    private void OnRelay(int owner, in SipMessage m, in Datagram d, in Keys keys)
    {
        _counters.Relays++;
        ref var o = ref _transactions[owner];
        o.RelayedTo = ShortHash(d.Destination);
        o.Flags |= TransactionFlags.Relayed;
        var call = o.Call;
        var generation = o.CallGeneration;
        var inDialog = o.Flags & TransactionFlags.InDialog;
        if (TryGetCall(ref o, out _) && !o.Has(TransactionFlags.Foreign))
        {
            AddLegToPath(call, d);
        }

        var number = AddTransaction(m.Method, Endpoints.Of(d), keys, owns: false);
        ref var t = ref _transactions[number];
        t.Call = call;
        t.CallGeneration = generation;
        t.Flags |= inDialog | TransactionFlags.Relay;
    }

    private void OnNewRequest(in SipMessage m, in Datagram d, in Keys keys)
    {
        var source = CountRequest(m, d);
        var user = UserKey(m);
        var agent = _hash.Of(m.UserAgent);
        CountNames(source, user, agent);
        if (IsStream(d.Transport))
        {
            FollowSession(m, d);
        }

        var anomalies = Anomalies(m, d);
        var number = AddTransaction(m.Method, Endpoints.Of(d), keys, owns: true);
        ref var t = ref _transactions[number];
        t.Anomalies = anomalies;
        t.User = user;
        if (m.HasCredentials)
        {
            t.Flags |= TransactionFlags.Credentials;
            t.Anomalies |= TakeUpChallenge(ChallengeKey(t, keys.CallId), number);
        }

        if (keys.ToTag != 0)
        {
            t.Flags |= TransactionFlags.InDialog;
        }

        KeepRequest(ref t, m);
        JudgeSource(source, m, d, agent);
        switch (m.Method)
        {
            case SipMethod.Invite when keys.ToTag == 0:
                OnInvite(number, m, d, keys);
                break;
            case SipMethod.Bye:
                OnBye(number, m, d, keys);
                break;
            case SipMethod.Cancel:
                OnCancel(number, m, d, keys);
                break;
            case SipMethod.Register when keys.ToTag == 0 && m.HasCredentials:
                NoteRegister(ref t, m);
                break;
            default:
                if (keys.ToTag != 0)
                {
                    OnRequestInDialog(number, m, d, keys);
                }

                break;
        }
    }

    private int AddTransaction(SipMethod method, in Endpoints ends, in Keys keys, bool owns)
    {
        if (_transactions.IsFull)
        {
            EvictTransaction();
        }

        var number = _transactions.Add();
        ref var t = ref _transactions[number];
        t.Ends = ends;
        t.Start = t.Last = _now;
        t.Branch = keys.Branch;
        t.Call = -1;
        t.Block = -1;
        t.Method = method;
        t.Timer = -1;
        _firstYoung = _firstYoung < 0 ? number : _firstYoung;
        _transactionIndex.Add(keys.Transaction, number);
        if (owns)
        {
            var former = _ownerIndex.Find(keys.Request);
            if (former >= 0)
            {
                _ownerIndex.Remove(former);
            }

            _ownerIndex.Add(keys.Request, number);
        }

        return number;
    }

    /// <summary>Keeps the request until its event is built: the whole INVITE, of others the header.</summary>
    private void KeepRequest(ref Transaction t, in SipMessage m)
    {
        var length = m.Method == SipMethod.Invite ? m.Data.Length : m.BodyOffset;
        length = Math.Clamp(length, 1, TextArena.Longest);
        var block = _requests.Take(length);
        for (var tries = 0; block < 0 && tries < 16 && _transactions.Count > 1; tries++)
        {
            EvictTransaction();
            block = _requests.Take(length);
        }

        if (block < 0)
        {
            _counters.Unkept++;
            return;
        }

        m.Data[..length].CopyTo(_requests.Block(block, length));
        t.Block = block;
        t.BlockLength = length;
    }

    private void ForgetRequest(ref Transaction t)
    {
        if (t.Block >= 0)
        {
            _requests.Give(t.Block);
            t.Block = -1;
        }
    }

    private void RemoveTransaction(int number)
    {
        ref var t = ref _transactions[number];
        ForgetRequest(ref t);
        if (number == _firstYoung)
        {
            _firstYoung = _transactions.Newer(number);
        }

        if (t.Timer >= 0)
        {
            _wheel!.Cancel(t.Timer);
        }

        _transactionIndex.Remove(number);
        _ownerIndex.Remove(number);
        _challengeIndex.Remove(number);
        _transactions.Remove(number);
    }

    private void EvictTransaction()
    {
        var oldest = _transactions.Oldest;
        ref var t = ref _transactions[oldest];
        if (t.State is TransactionState.Trying or TransactionState.Proceeding or TransactionState.Challenged && !t.Has(TransactionFlags.Relay))
        {
            _counters.EvictedTransactions++;
            NoteOverload();
            ForgetUnansweredCall(oldest, ref t);
        }

        RemoveTransaction(oldest);
    }

    /// <summary>
    /// A call without answer is nothing without its INVITE: should the answer still come, it is told as that of a request that
    /// was not seen.
    /// </summary>
    private void ForgetUnansweredCall(int invite, ref Transaction t)
    {
        if (t.Method == SipMethod.Invite && TryGetCall(ref t, out var call) && _calls[call].Invite == invite
            && _calls[call].State is CallState.Trying or CallState.Challenged)
        {
            RemoveCall(call);
        }
    }

    /// <summary>The call of a transaction, when it still is the one that was meant.</summary>
    private bool TryGetCall(ref Transaction t, out int call)
    {
        call = t.Call;
        if (call >= 0 && _calls.IsLive(call, t.CallGeneration))
        {
            return true;
        }

        t.Call = -1;
        return false;
    }
}

using System.Text;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>Challenges and refused credentials.</summary>
internal sealed partial class SipTracker
{
    private readonly LruSlab<AttemptPair> _attempts;
    private readonly KeyIndex _attemptIndex;

    /// <summary>
    /// Whether a 401 or 407 to a request with credentials refuses them. It does not when the nonce was merely stale
    /// (RFC 7616 section 3.3), nor when another party than the one that was answered asks for its own (RFC 3261 section
    /// 22.3): another header and another realm.
    /// </summary>
    private bool IsRefusal(in Transaction t, in SipMessage reply)
    {
        var challenge = Credentials.ChallengeOf(reply);
        if (challenge.Stale)
        {
            return false;
        }

        if (t.Block < 0)
        {
            return true;
        }

        var request = _storedReader.Read(_requests.Block(t.Block, t.BlockLength));
        var answered = reply.StatusCode == 407 ? SipHeaderId.ProxyAuthorization : SipHeaderId.Authorization;
        if (request.Has(answered))
        {
            return true;
        }

        return Credentials.Of(request).Realm.SequenceEqual(challenge.Realm);
    }

    private void AwaitCredentials(int number, ref Transaction t, in Keys keys)
    {
        var key = ChallengeKey(t, keys.CallId);
        var answer = _challengeIndex.Find(EarlyAnswerKey(key));
        if (answer >= 0 && answer != number && _transactions[answer].Start >= t.Start)
        {
            // Its answer was captured before it: several capture threads, or a mirror port, can swap the two.
            _transactions[answer].Anomalies |= t.Anomalies;
            ForgetRequest(ref t);
            return;
        }

        t.State = TransactionState.Challenged;
        if (t.Method == SipMethod.Invite && TryGetCall(ref t, out var call) && !t.Has(TransactionFlags.InDialog))
        {
            _calls[call].State = CallState.Challenged;
        }

        var former = _challengeIndex.Find(key);
        if (former >= 0)
        {
            _challengeIndex.Remove(former);
        }

        _challengeIndex.Remove(number);
        _challengeIndex.Add(key, number);
    }

    /// <summary>Who must come back with credentials: the account from this address in this Call-ID, whatever its tags.</summary>
    private ulong ChallengeKey(in Transaction t, ulong callId) => _hash.Of(_hash.Of(callId, HashOf(t.Ends.Source)), t.User);

    /// <summary>Under what credentials are found whose challenge was not seen, in case it still comes.</summary>
    private ulong EarlyAnswerKey(ulong challenge) => _hash.Of(challenge, 1);

    /// <summary>Ends the challenge that these credentials answer; returns the anomalies that were not told of it.</summary>
    private SipAnomalies TakeUpChallenge(ulong key, int answer)
    {
        var number = _challengeIndex.Find(key);
        if (number < 0)
        {
            _challengeIndex.Add(EarlyAnswerKey(key), answer);
            return SipAnomalies.None;
        }

        _challengeIndex.Remove(number);
        ref var t = ref _transactions[number];
        Settle(number, ref t);
        ForgetRequest(ref t);
        return t.Has(TransactionFlags.Reported) ? SipAnomalies.None : t.Anomalies;
    }

    private void TellRefusedCredentials(ref Transaction t, in SipMessage reply)
    {
        t.Flags |= TransactionFlags.Reported;
        var request = StoredRequest(t);
        if (t.Method == SipMethod.Register)
        {
            TellSessionRefusal(t, request, reply);
        }

        var account = Credentials.Of(request).Username;
        var attempts = CountAttempt(t.Ends.Source, account);
        if (!Wanted(EventType.SipAuthFailed, t.Ends))
        {
            return;
        }

        var e = _factory.Create(EventType.SipAuthFailed, _now, t.Ends);
        Fill(e, t, request);
        _factory.FillReply(e, reply);
        e.Sip.Attempts = attempts;
        e.Reason = reply.StatusCode switch
        {
            401 or 407 => "credentials_refused",
            403 => "forbidden",
            404 => "no_such_user",
            _ => "refused",
        };
        e.SetMessage($"{e.Sip.Method} of {e.User} from {t.Ends.Source} refused with {reply.StatusCode}, attempt {attempts}");
        KeepPair(e, t, reply, failed: true);
        Emit(e);
    }

    private uint CountAttempt(IpAddress128 source, ReadOnlySpan<byte> account)
    {
        Span<byte> lower = stackalloc byte[128];
        var length = Math.Min(account.Length, lower.Length);
        if (Ascii.ToLower(account[..length], lower, out var written) != System.Buffers.OperationStatus.Done)
        {
            account[..length].CopyTo(lower);
            written = length;
        }

        var key = _hash.Of(HashOf(source), _hash.Of(lower[..written]));
        var number = _attemptIndex.Find(key);
        if (number < 0)
        {
            if (_attempts.IsFull)
            {
                var oldest = _attempts.Oldest;
                _attemptIndex.Remove(oldest);
                _attempts.Remove(oldest);
            }

            number = _attempts.Add();
            _attemptIndex.Add(key, number);
        }
        else
        {
            _attempts.Touch(number);
        }

        return ++_attempts[number].Count;
    }

    private void TellAbandonedChallenge(ref Transaction t, long time, string partial)
    {
        if (t.Has(TransactionFlags.Reported))
        {
            return;
        }

        t.Flags |= TransactionFlags.Reported;
        if (Wanted(EventType.SipAuthChallengeAbandoned, t.Ends))
        {
            var e = _factory.Create(EventType.SipAuthChallengeAbandoned, time, t.Ends);
            Fill(e, t, StoredRequest(t));
            e.Sip.StatusCode = t.Status;
            e.Sip.ReplySeen = true;
            e.PartialReason = partial;
            if (t.Method == SipMethod.Invite)
            {
                e.HasCall = true;
                e.Call.Destination = e.Sip.Uri.User;
            }

            e.SetMessage($"{e.Sip.Method} of {e.User} from {t.Ends.Source} was challenged with {t.Status} and never came back with credentials");
            Emit(e);
        }

        JudgeAbandoned(ref t);
    }
}

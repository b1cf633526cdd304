using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>The events of calls.</summary>
internal sealed partial class SipTracker
{
    private const ulong ShortestSession = 90;
    private readonly SdpSummary _sdp = new();

    private void CompleteInvite(ref Transaction t, in SipMessage m, in Keys keys)
    {
        if (m.StatusCode < 300)
        {
            AnswerInvite(ref t, m, keys);
            if (t.Has(TransactionFlags.Credentials))
            {
                NoteKnown(t.Ends.Source);
            }

            return;
        }

        if (m.StatusCode == 403 && t.Has(TransactionFlags.Credentials) && SaysWrongCredentials(m.Reason))
        {
            TellRefusedCredentials(ref t, m);
        }

        if (TryGetCall(ref t, out var call))
        {
            ref var c = ref _calls[call];
            Close(call, ref c);
            if (m.StatusCode == 487)
            {
                c.Flags |= CallFlags.Cancelled;
            }
        }

        TellAttempt(ref t, _now, m, "");
    }

    /// <summary>Some servers answer wrong credentials with "403 Forbidden (Bad auth)" instead of a second challenge.</summary>
    private static bool SaysWrongCredentials(ReadOnlySpan<byte> reason)
    {
        Span<byte> lower = stackalloc byte[64];
        var length = Math.Min(reason.Length, lower.Length);
        System.Text.Ascii.ToLower(reason[..length], lower, out var written);
        lower = lower[..written];
        return lower.IndexOf("auth"u8) >= 0 || lower.IndexOf("password"u8) >= 0 || lower.IndexOf("credential"u8) >= 0;
    }

    private void AnswerInvite(ref Transaction t, in SipMessage m, in Keys keys)
    {
        t.Flags |= TransactionFlags.Reported;
        var sdp = ReadSdp(m.Body);
        var request = StoredRequest(t);
        if (TryGetCall(ref t, out var call))
        {
            ref var c = ref _calls[call];
            if (c.State == CallState.Answered)
            {
                return;
            }

            c.State = CallState.Answered;
            c.Answered = _now;
            c.AddDialog(ShortTag(keys.ToTag));
            AddContactToPath(ref c, m);
            ReadSessionTimer(ref c, m);
            KeepCallTexts(ref c, request, m, sdp);
        }

        if (!Wanted(EventType.SipCallStart, t.Ends))
        {
            return;
        }

        var e = _factory.Create(EventType.SipCallStart, _now, t.Ends);
        Fill(e, t, request);
        _factory.FillReply(e, m);
        e.Sip.To = _factory.Address(m.To);
        e.Sdp = sdp ?? ReadSdp(request.Body);
        e.HasCall = true;
        e.Call.Destination = Destination(e);
        e.Call.CalleeUserAgent = _factory.Text(m.UserAgent.IsEmpty ? m.First(SipHeaderId.Server) : m.UserAgent, 255);
        if (t.Call >= 0)
        {
            FillCall(e, ref _calls[t.Call], t.Call, failed: false);
            e.PartialReason = BeginningOf(_calls[t.Call]);
        }

        e.SetMessage($"Call {e.User} -> {e.Call.Destination} answered");
        Emit(e);
    }

    /// <summary>
    /// An INVITE inside an unknown dialog was accepted: a call that began before we listened. Its sender stands for the
    /// caller, its times count from here.
    /// </summary>
    private void RebuildCall(ref Transaction t, in SipMessage m, in Keys keys)
    {
        var request = StoredRequest(t);
        var call = AddCall(_hash.Of(keys.CallId, keys.FromTag), request, t.Ends);
        t.Call = call;
        t.CallGeneration = _calls.Generation(call);
        ref var c = ref _calls[call];
        c.Start = t.Start;
        c.Flags |= CallFlags.MidDialog;
        c.Anomalies |= t.Anomalies;
        Trace(ref c, true, false, 0, SipMethod.Invite);
        c.Trace.Add(_now - c.Start, false, false, m.StatusCode, SipMethod.Invite);
        AnswerInvite(ref t, m, keys);
    }

    /// <summary>The answer was lost to us, the ACK was seen.</summary>
    private void AnswerUnseen(ref Transaction t)
    {
        t.State = TransactionState.Completed;
        t.Flags |= TransactionFlags.Reported;
        if (!TryGetCall(ref t, out var call))
        {
            return;
        }

        ref var c = ref _calls[call];
        if (c.State != CallState.Trying)
        {
            return;
        }

        c.State = CallState.Answered;
        c.Answered = t.Last;
        var request = StoredRequest(t);
        KeepCallTexts(ref c, request, SipMessage.Empty, null);
        if (Wanted(EventType.SipCallStart, t.Ends))
        {
            var e = _factory.Create(EventType.SipCallStart, t.Last, t.Ends);
            Fill(e, t, request);
            e.Sdp = ReadSdp(request.Body);
            e.HasCall = true;
            e.Call.Destination = Destination(e);
            FillCall(e, ref c, call, failed: false);
            e.PartialReason = "missing_reply";
            e.SetMessage($"Call {e.User} -> {e.Call.Destination} answered (the answer itself was not seen)");
            Emit(e);
        }
    }

    private int FindInviteOf(int call)
    {
        ref var c = ref _calls[call];
        var number = c.Invite;
        return number >= 0 && _transactions.IsLive(number, c.InviteGeneration) && _transactions[number].State < TransactionState.Completed
            ? number
            : -1;
    }

    private void TellAttempt(ref Transaction t, long time, in SipMessage reply, string partial)
    {
        t.Flags |= TransactionFlags.Reported;
        if (!Wanted(EventType.SipCallAttempt, t.Ends))
        {
            return;
        }

        var e = _factory.Create(EventType.SipCallAttempt, time, t.Ends);
        Fill(e, t, StoredRequest(t));
        if (reply.StatusCode != 0)
        {
            _factory.FillReply(e, reply);
        }
        else
        {
            e.Sip.StatusCode = t.RelayedStatus;
            e.Sip.ReplySeen = t.State == TransactionState.Proceeding || t.RelayedStatus != 0;
            e.Reason = t.RelayedStatus != 0 || t.Has(TransactionFlags.RefusedUnseen) ? "" : "timeout";
        }

        e.HasCall = true;
        e.Call.Destination = Destination(e);
        if (t.Call >= 0)
        {
            ref var c = ref _calls[t.Call];
            FillCall(e, ref c, t.Call, failed: true);
            e.Call.DurationMs = Milliseconds(time - c.Start);
            e.Call.Cancelled = c.Has(CallFlags.Cancelled);
            if (c.Ringing != 0)
            {
                e.Call.RingMs = Milliseconds(time - c.Ringing);
            }
        }

        if (e.TraceCount == 0)
        {
            AddShortTrace(e, t);
        }

        e.PartialReason = partial;
        if (e.Call.Cancelled)
        {
            e.SetMessage($"Call {e.User} -> {e.Call.Destination} cancelled");
        }
        else if (e.Sip.StatusCode != 0)
        {
            e.SetMessage($"Call {e.User} -> {e.Call.Destination} failed: {e.Sip.StatusCode} {e.Sip.Reason}");
        }
        else if (t.Has(TransactionFlags.RefusedUnseen))
        {
            e.SetMessage($"Call {e.User} -> {e.Call.Destination} failed (the refusal itself was not seen)");
        }
        else
        {
            e.SetMessage($"Call {e.User} -> {e.Call.Destination} was never answered");
        }

        Emit(e);
    }

    private void EndCall(int call, ref Call c, string by, in Endpoints bye, ReadOnlySpan<byte> cause)
    {
        var wasAnswered = c.Answered != 0;
        var invite = FindInviteOf(call);
        if (invite >= 0)
        {
            ref var t = ref _transactions[invite];
            if (c.Block < 0)
            {
                KeepCallTexts(ref c, StoredRequest(t), SipMessage.Empty, null);
            }

            t.State = TransactionState.Completed;
            t.Flags |= TransactionFlags.Reported;
            t.Last = _now;
        }

        Close(call, ref c);
        TellCallEnd(call, ref c, _now, by, bye, cause, wasAnswered ? "" : "missing_reply");
        ForgetCallTexts(ref c);
    }

    private void TellCallEnd(int call, ref Call c, long time, string by, in Endpoints bye, ReadOnlySpan<byte> cause, string partial)
    {
        if (!Wanted(EventType.SipCallEnd, c.Ends))
        {
            return;
        }

        var e = _factory.Create(EventType.SipCallEnd, time, c.Ends);
        var texts = c.Block >= 0 ? _texts.Block(c.Block, c.BlockLength) : default;
        e.HasSip = true;
        ref var sip = ref e.Sip;
        sip.Method = by == "timeout" ? "INVITE" : "BYE";
        sip.CallId = _factory.Text(FieldPack.Get(texts, CallIdText));
        sip.From = _factory.Address(FieldPack.Get(texts, FromText));
        sip.To = _factory.Address(FieldPack.Get(texts, ToText));
        sip.Uri = _factory.Uri(KeptUri(c, texts));
        sip.Credentials = c.Has(CallFlags.Credentials);
        sip.ReplySeen = c.Answered != 0;
        sip.ReasonHeader = _factory.Text(cause, 255);
        e.User = _factory.Text(KeptUser(c, texts), 255);
        e.UserAgent = _factory.Text(FieldPack.Get(texts, AgentText), 255);
        e.Aor = _factory.AddressOfRecord(sip.From.Uri);
        e.HasCall = true;
        e.Call.Destination = Destination(e);
        e.Call.CalleeUserAgent = _factory.Text(FieldPack.Get(texts, CalleeAgentText), 255);
        e.Call.DurationMs = Milliseconds(time - c.Start);
        e.Call.HangupBy = by;
        e.Call.HangupCause = HangupCause(e, cause, by);
        var codecs = FieldPack.Get(texts, CodecsText);
        if (!codecs.IsEmpty)
        {
            _sdp.ReadCodecs(codecs);
            e.Sdp = _sdp;
        }

        if (c.Answered != 0)
        {
            e.Call.BillsecMs = Milliseconds(time - c.Answered);
        }

        if (by is "caller" or "callee")
        {
            e.Call.HasHangupIp = true;
            e.Call.HangupIp = bye.Source;
            e.Call.HangupPort = bye.SourcePort;
        }

        FillCall(e, ref c, call, failed: false);
        e.PartialReason = partial.Length == 0 ? BeginningOf(c) : partial;
        e.SetMessage($"Call {e.User} -> {e.Call.Destination} ended after {(e.Call.BillsecMs ?? 0) / 1000.0:0.0} s by {by}");
        Emit(e);
    }

    /// <summary>Timings, counts and the trace, which a call has whatever became of it.</summary>
    private void FillCall(SipEvent e, ref Call c, int call, bool failed)
    {
        if (c.Ringing != 0)
        {
            e.Call.PostDialDelayMs = Milliseconds(c.Ringing - c.Start);
            if (c.Answered != 0)
            {
                e.Call.RingMs = Milliseconds(c.Answered - c.Ringing);
            }
        }
        else if (c.Answered != 0 && !c.Has(CallFlags.MidDialog | CallFlags.MissingRequest))
        {
            e.Call.PostDialDelayMs = Milliseconds(c.Answered - c.Start);
        }

        e.Sip.Retransmissions = c.Retransmissions;
        e.Sip.Anomalies = c.Anomalies;
        for (var i = 0; i < c.Trace.Count; i++)
        {
            c.Trace.Get(i, out var offset, out var fromSource, out var repeated, out var status, out var method);
            e.AddTrace(offset, fromSource, repeated, status != 0 ? ReplyText(e, status, method.Name()) : method.Name());
        }

        AddKeptMessages(e, call, failed);
    }

    /// <summary>Null when the body is no session description. One that is read is good until the next.</summary>
    private SdpSummary? ReadSdp(ReadOnlySpan<byte> body) => _sdp.Read(body) ? _sdp : null;

    /// <summary>Why the beginning of a call is not known; empty when it is.</summary>
    private static string BeginningOf(in Call c) =>
        c.Has(CallFlags.MidDialog) ? "mid_dialog" : c.Has(CallFlags.MissingRequest) ? "missing_request" : "";

    private static ulong Milliseconds(long nanoseconds) => (ulong)Math.Max(0, nanoseconds / 1_000_000);

    private static Text Destination(SipEvent e) => e.Sip.Uri.User.IsEmpty ? e.Sip.To.Uri.User : e.Sip.Uri.User;

    /// <summary>Reason: Q.850;cause=16 (RFC 3326), else what the side that hung up is.</summary>
    private Text HangupCause(SipEvent e, ReadOnlySpan<byte> reason, string by)
    {
        var end = reason.IndexOf((byte)';');
        if (end > 0 && SipParameters.TryFind(reason[end..], "cause"u8, out var cause))
        {
            var start = e.Texts.Used;
            _factory.Text(SipText.Trim(reason[..end]), 32);
            e.Texts.Append((byte)':');
            _factory.Text(cause, 8);
            return e.Texts.Since(start);
        }

        return by == "timeout" ? "timeout" : "normal";
    }

    /// <summary>
    /// RFC 4028: the session is dead when its interval passes without refresh. No interval is shorter than 90 s (section 4);
    /// one longer than the dialog timeout, which only its sender vouches for, counts as that.
    /// </summary>
    private void ReadSessionTimer(ref Call c, in SipMessage answer)
    {
        var value = answer.First(SipHeaderId.SessionExpires);
        var end = value.IndexOf((byte)';');
        if (SipText.TryParseNumber(SipText.Trim(end < 0 ? value : value[..end]), out var seconds) && seconds > 0)
        {
            c.SessionSeconds = (uint)Math.Min(Math.Max(seconds, ShortestSession), Math.Max(ShortestSession, (ulong)_options.DialogTimeout.TotalSeconds));
        }
    }

    private bool IsForeignAddress(in Call c, IpAddress128 address) => !c.IsOnPath(ShortHash(address));

    /// <summary>A BYE was answered, and nothing is known of its call.</summary>
    private void TellUnseenCallEnd(ref Transaction t, in SipMessage reply)
    {
        t.Flags |= TransactionFlags.Reported;
        if (!Wanted(EventType.SipCallEnd, t.Ends))
        {
            return;
        }

        var e = _factory.Create(EventType.SipCallEnd, _now, t.Ends);
        Fill(e, t, StoredRequest(t));
        _factory.FillReply(e, reply);
        e.HasCall = true;
        e.Call.HangupBy = "unknown";
        e.Call.Destination = e.Sip.To.Uri.User;
        AddShortTrace(e, t);
        e.PartialReason = "mid_dialog";
        e.SetMessage($"Call of {e.User} ended; its beginning was not seen");
        Emit(e);
    }
}

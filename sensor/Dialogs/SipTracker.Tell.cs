using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>Building the events of transactions.</summary>
internal sealed partial class SipTracker
{
    /// <summary>The kept request of a transaction; one without content when nothing could be kept.</summary>
    private SipMessage StoredRequest(in Transaction t) =>
        t.Block >= 0 ? _storedReader.Read(_requests.Block(t.Block, t.BlockLength)) : SipMessage.Empty;

    /// <summary>What a transaction's request and history put into its event.</summary>
    private void Fill(SipEvent e, in Transaction t, in SipMessage request)
    {
        _factory.FillRequest(e, request);
        if (request.Method == SipMethod.None)
        {
            e.Sip.Method = t.Method.Name();
        }

        e.Sip.Retransmissions = t.Retransmissions;
        e.Sip.Credentials = t.Has(TransactionFlags.Credentials);
        e.Sip.Anomalies = t.Anomalies;
    }

    private void AddShortTrace(SipEvent e, in Transaction t)
    {
        e.AddTrace(0, true, false, e.Sip.Method);
        if (t.Status != 0)
        {
            e.AddTrace((ulong)Math.Max(0, (_now - t.Start) / 1000), false, false, ReplyText(e, t.Status, e.Sip.Method));
        }
    }

    /// <summary>"200 INVITE".</summary>
    private static Text ReplyText(SipEvent e, int status, Text method)
    {
        var start = e.Texts.Used;
        e.Texts.Append((ulong)status);
        e.Texts.Append((byte)' ');
        e.Texts.Append(method);
        return e.Texts.Since(start);
    }

    private void TellOther(EventType type, ref Transaction t, in SipMessage reply)
    {
        t.Flags |= TransactionFlags.Reported;
        if (!Wanted(type, t.Ends))
        {
            return;
        }

        var e = _factory.Create(type, _now, t.Ends);
        Fill(e, t, StoredRequest(t));
        _factory.FillReply(e, reply);
        AddShortTrace(e, t);
        e.SetMessage($"{e.Sip.Method} from {t.Ends.Source} answered {reply.StatusCode} {e.Sip.Reason}");
        KeepPair(e, t, reply, failed: type == EventType.SipOtherFailed);
        Emit(e);
    }

    private void TellOtherTimeout(ref Transaction t, long time)
    {
        t.Flags |= TransactionFlags.Reported;
        if (!Wanted(EventType.SipOtherTimeout, t.Ends))
        {
            return;
        }

        var e = _factory.Create(EventType.SipOtherTimeout, time, t.Ends);
        Fill(e, t, StoredRequest(t));
        e.Sip.StatusCode = 0;
        e.Sip.ReplySeen = t.State == TransactionState.Proceeding;
        e.Reason = "timeout";
        AddShortTrace(e, t);
        e.SetMessage($"{e.Sip.Method} from {t.Ends.Source} to {t.Ends.Destination} was never answered");
        Emit(e);
    }

    /// <summary>A stand-alone anomaly, from a message at hand.</summary>
    private void TellAnomaly(in SipMessage m, in Datagram d, SipAnomalies anomalies)
    {
        var ends = Endpoints.Of(d);
        if (!MayMakeNoise(d.Source) || !Wanted(EventType.SipAnomaly, ends))
        {
            return;
        }

        var e = _factory.Create(EventType.SipAnomaly, _now, ends);
        _factory.FillRequest(e, m);
        FinishAnomaly(e, anomalies);
    }

    /// <summary>The anomaly of a request that raised no other event.</summary>
    private void TellStoredAnomaly(ref Transaction t)
    {
        t.Flags |= TransactionFlags.Reported;
        if (!MayMakeNoise(t.Ends.Source) || !Wanted(EventType.SipAnomaly, t.Ends))
        {
            return;
        }

        var e = _factory.Create(EventType.SipAnomaly, _now, t.Ends);
        Fill(e, t, StoredRequest(t));
        e.Sip.StatusCode = t.Status;
        e.Sip.ReplySeen = t.Status != 0;
        FinishAnomaly(e, t.Anomalies);
    }

    private void FinishAnomaly(SipEvent e, SipAnomalies anomalies)
    {
        e.Sip.Anomalies = anomalies;

        // What smells of attack names the event before what is merely untidy.
        var grave = anomalies & Grave;
        e.Reason = SipAnomalyNames.First(grave != SipAnomalies.None ? grave : anomalies);
        e.Message = $"{e.Sip.Method} of {e.User}: {anomalies}";
        Emit(e);
    }

    private const SipAnomalies Grave = SipAnomalies.ForeignBye | SipAnomalies.ForeignCancel | SipAnomalies.ForeignRequest | SipAnomalies.ForeignReinvite
        | SipAnomalies.TagMismatch | SipAnomalies.SqlInHeader | SipAnomalies.ScriptInHeader;
}

using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>Scanners, door knocks, and what in a message smells of attack.</summary>
internal sealed partial class SipTracker
{
    private const double KnocksPerSecond = 0.1;
    private readonly HashSet<string> _localDomains;

    /// <summary>What a message without its end seems to lack.</summary>
    private const SipAnomalies ByCut = SipAnomalies.LooseContentLength | SipAnomalies.UnterminatedHeader | SipAnomalies.BadHeaderLine
        | SipAnomalies.MissingMaxForwards | SipAnomalies.MissingContact | SipAnomalies.BadMaxForwards | SipAnomalies.BadContentLength
        | SipAnomalies.BadContact | SipAnomalies.BadExpires | SipAnomalies.BadDate | SipAnomalies.BadCredentials;

    /// <summary>What breaks the rules in a message, without what only the capture is to blame for.</summary>
    private SipAnomalies Anomalies(in SipMessage m, in Datagram d)
    {
        var found = m.Anomalies;
        if (m.Data.Length > _options.OversizeBytes)
        {
            found |= SipAnomalies.Oversize;
        }

        if (m.IsRequest)
        {
            found |= Suspicions(m);
        }

        return d.Truncated ? found & ~ByCut : found;
    }

    private SipAnomalies Suspicions(in SipMessage m)
    {
        var found = Injection.Find(m);

        if (m.HasCredentials)
        {
            var credentials = Credentials.Of(m);
            if (System.Text.Ascii.EqualsIgnoreCase(credentials.Scheme, "Digest"u8) && !credentials.IsComplete)
            {
                found |= SipAnomalies.BadCredentials;
            }
        }

        var vias = 0;
        for (var line = m.FirstLine(SipHeaderId.Via); line >= 0; line = m.NextLine(line))
        {
            vias++;
        }

        return vias > _options.MaxVias ? found | SipAnomalies.ViaLoop : found;
    }

    /// <summary>What a request tells of its sender at once.</summary>
    private void JudgeSource(int source, in SipMessage m, in Datagram d, ulong agent)
    {
        if (m.Method is SipMethod.Bye or SipMethod.Cancel)
        {
            return;
        }

        ref var s = ref _sources[source];
        SipEvent? told = null;
        var scanner = IsScanner(m, agent, out var by);
        if (scanner)
        {
            if ((s.ScannerTold == 0 || _now - s.ScannerTold >= Nanoseconds(_options.ScannerInterval)) && MayTellOf(s))
            {
                s.ScannerTold = _now;
                told = TellScanner(m, d, by);
            }
        }

        if (m.Method is not (SipMethod.Invite or SipMethod.Register or SipMethod.Options) || !m.ToTag.IsEmpty || s.KnownUntil >= _now)
        {
            return;
        }

        if (scanner)
        {
            TellKnock(m, Endpoints.Of(d), "scanner_agent", 0, told);
        }
        else if (_localDomains.Count > 0)
        {
            var host = SipUriView.Parse(m.Uri).Host;
            if (!_localDomains.Contains(EventText.Lower(host)))
            {
                TellKnock(m, Endpoints.Of(d), NumericAddress.TryParse(host, out _) ? "ip_as_domain" : "unknown_domain", 0);
            }
        }
    }

    /// <summary>What the answer tells of the sender: who is refused and is nobody we know has knocked at the door.</summary>
    private void JudgeOutcome(ref Transaction t, in SipMessage reply)
    {
        if (reply.StatusCode < 300 || t.Has(TransactionFlags.InDialog | TransactionFlags.Relayed) || t.Has(TransactionFlags.Relayed)
            || t.Method is not (SipMethod.Invite or SipMethod.Register or SipMethod.Options)
            || t.Provisional != 0 && t.Status != 404
            || IsKnown(t.Ends.Source))
        {
            return;
        }

        if (reply.StatusCode is 404 or 604)
        {
            TellKnock(StoredRequest(t), t.Ends, "no_such_user", reply.StatusCode);
        }
        else if (t.Method == SipMethod.Invite && !t.Has(TransactionFlags.Credentials) && reply.StatusCode is 403 or 603 or 606)
        {
            TellKnock(StoredRequest(t), t.Ends, "invite_without_registration", reply.StatusCode);
        }
    }

    private void JudgeAbandoned(ref Transaction t)
    {
        if (t.Method == SipMethod.Invite && !t.Has(TransactionFlags.InDialog) && !IsKnown(t.Ends.Source))
        {
            TellKnock(StoredRequest(t), t.Ends, "invite_without_registration", t.Status);
        }
    }

    private bool IsKnown(IpAddress128 address)
    {
        var number = FindSource(address);
        return number >= 0 && _sources[number].KnownUntil >= _now;
    }

    /// <summary>Credentials from this address were accepted: it is one of ours for the next hour.</summary>
    private void NoteKnown(IpAddress128 address) => NoteKnown(address, _now + 3_600_000_000_000);

    private void NoteKnown(IpAddress128 address, long until)
    {
        ref var s = ref _sources[SourceOf(address)];
        s.KnownUntil = Math.Max(s.KnownUntil, until);
    }

    private bool IsScanner(in SipMessage m, ulong agent, out string by)
    {
        if (!m.UserAgent.IsEmpty && _agents.IsScanner(m.UserAgent, agent))
        {
            by = "user_agent";
            return true;
        }

        by = "fingerprint";
        return ScannerMarks.AreOn(m);
    }

    /// <returns>The event that was told, null when it is switched off.</returns>
    private SipEvent? TellScanner(in SipMessage m, in Datagram d, string by)
    {
        var ends = Endpoints.Of(d);
        if (!Wanted(EventType.SipScannerSeen, ends))
        {
            return null;
        }

        var e = _factory.Create(EventType.SipScannerSeen, _now, ends);
        _factory.FillRequest(e, m);
        e.Reason = by;
        if (e.UserAgent.IsEmpty)
        {
            e.SetMessage($"Scanner at {d.Source}, known by the form of its requests");
        }
        else
        {
            e.SetMessage($"Scanner at {d.Source}: {e.UserAgent}");
        }

        Emit(e);
        return e;
    }

    /// <param name="told">What was just told of the same message, whose content need not be read again.</param>
    private void TellKnock(in SipMessage m, in Endpoints ends, string reason, int status, SipEvent? told = null)
    {
        ref var s = ref _sources[SourceOf(ends.Source)];
        if (!s.Knocks.TryTake(_now, _options.DoorKnockBurst, KnocksPerSecond, out var heldBack))
        {
            _counters.HeldBack++;
            return;
        }

        if (!MayTellOf(s) || !Wanted(EventType.SipDoorKnock, ends))
        {
            return;
        }

        SipEvent e;
        if (told is { Type: EventType.SipScannerSeen })
        {
            e = told;
            e.Become(EventType.SipDoorKnock);
        }
        else
        {
            // There is one event that is used again: a rate that was told meanwhile has taken its place.
            e = _factory.Create(EventType.SipDoorKnock, _now, ends);
            _factory.FillRequest(e, m);
        }

        e.Reason = reason;
        e.Sip.StatusCode = (uint)status;
        e.Sip.ReplySeen = status != 0;
        if (heldBack > 0)
        {
            e.AddAttribute("held_back", Number(heldBack));
        }

        e.SetMessage($"{e.Sip.Method} from {ends.Source} for {e.Sip.Uri.Full}: {reason}");
        Emit(e);
    }
}

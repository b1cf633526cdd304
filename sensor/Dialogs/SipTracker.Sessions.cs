using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// Sessions: clients' connections over TCP, TLS and WebSocket. One begins with the first request that its client sends of
/// its own (or with the server's TLS hello, where nothing else can be read) and ends with the connection. Connections that
/// never carry a request are no sessions; those that a proxy opens to send requests on are none either.
/// </summary>
internal sealed partial class SipTracker
{
    /// <summary>After the first FIN: how long the other side's is waited for.</summary>
    private const long HalfClosedTime = 10_000_000_000;
    private const int SessionUserText = 0;
    private const int SessionAorText = 1;
    private const int SessionAgentText = 2;
    private readonly LruSlab<Session> _sessions;

    /// <summary>By both ends, whichever sends.</summary>
    private readonly KeyIndex _sessionIndex;

    public void OnConnection(in ConnectionChange change)
    {
        if (_wheel is null)
        {
            return;
        }

        try
        {
            Handle(change);
        }
#pragma warning disable CA1031 // As for datagrams: a fault of ours costs what showed it, never the process.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _counters.Faults++;
            LastFault = fault;
        }
    }

    private void Handle(in ConnectionChange change)
    {
        var sent = new Endpoints(
            change.Key.Source, change.Key.Destination, change.Key.SourcePort, change.Key.DestinationPort, TransportKind.Tcp,
            change.Key.Tunnel, change.Vlan, change.Key.TunnelId);
        var number = _sessionIndex.Find(SessionKey(sent));
        switch (change.Event)
        {
            case ConnectionEvent.Refused:
                TellRefusedConnection(sent.Reversed());
                break;
            case ConnectionEvent.Secured when number < 0:
                number = AddSession(sent.Reversed() with { Transport = TransportKind.Tls }, SipMessage.Empty);
                ref var secured = ref _sessions[number];
                secured.TlsVersion = change.TlsVersion;
                secured.TlsCipher = change.TlsCipher;
                TellConnect(number, SipMessage.Empty, change.Side);
                break;
            case ConnectionEvent.Finished when number >= 0:
                FinishSide(number, fromClient: IsClient(_sessions[number], sent));
                break;
            case ConnectionEvent.Reset when number >= 0:
                EndSession(number, IsClient(_sessions[number], sent) ? "client" : "server", "reset", _now);
                break;
            default:
                break;
        }
    }

    private static bool IsClient(in Session s, in Endpoints sent) =>
        sent.Source == s.Ends.Source && sent.SourcePort == s.Ends.SourcePort;

    /// <summary>A request that its sender made itself came over a stream.</summary>
    private void FollowSession(in SipMessage m, in Datagram d)
    {
        var ends = Endpoints.Of(d);
        var number = _sessionIndex.Find(SessionKey(ends));
        if (number >= 0)
        {
            ref var s = ref _sessions[number];
            if (_now - s.Last > 1_000_000_000)
            {
                _sessions.Touch(number);
            }

            s.Last = _now;
            return;
        }

        // Where the connection's start was not seen, a server's own requests (it asks whether the client is there) come
        // from a SIP port to another one.
        if (d.Side == StreamSide.Server || (d.Side == StreamSide.Unknown && _isSipPort[d.SourcePort] && !_isSipPort[d.DestinationPort]))
        {
            return;
        }

        number = AddSession(ends, m);
        TellConnect(number, m, d.Side);
    }

    private ulong SessionKey(in Endpoints ends)
    {
        var source = _hash.Of(HashOf(ends.Source), ends.SourcePort);
        var destination = _hash.Of(HashOf(ends.Destination), ends.DestinationPort);
        var both = source < destination ? _hash.Of(source, destination) : _hash.Of(destination, source);
        return ends.Tunnel == TunnelKind.None ? both : _hash.Of(both, ((ulong)ends.Tunnel << 32) | ends.TunnelId);
    }

    private int AddSession(in Endpoints ends, in SipMessage m)
    {
        if (_sessions.IsFull)
        {
            _counters.EvictedSessions++;
            NoteOverload();
            RemoveSession(_sessions.Oldest);
        }

        var number = _sessions.Add();
        ref var s = ref _sessions[number];
        s.Ends = ends;
        s.Start = s.Last = _now;
        s.Block = -1;
        s.Timer = _wheel!.Set(_now + Nanoseconds(_options.DialogTimeout), SessionTimer, number);
        _sessionIndex.Add(SessionKey(ends), number);
        KeepSessionTexts(ref s, m);
        return number;
    }

    private void RemoveSession(int number)
    {
        ref var s = ref _sessions[number];
        if (s.Block >= 0)
        {
            _texts.Give(s.Block);
        }

        if (s.Timer >= 0)
        {
            _wheel!.Cancel(s.Timer);
        }

        _sessionIndex.Remove(number);
        _sessions.Remove(number);
    }

    private void FinishSide(int number, bool fromClient)
    {
        ref var s = ref _sessions[number];
        var first = (s.Flags & (SessionFlags.ClientFinished | SessionFlags.ServerFinished)) == 0;
        s.Flags |= fromClient ? SessionFlags.ClientFinished : SessionFlags.ServerFinished;
        if (first)
        {
            s.Flags |= fromClient ? SessionFlags.None : SessionFlags.ServerFirst;
            s.Last = _now;
            _wheel!.Cancel(s.Timer);
            s.Timer = _wheel.Set(_now + HalfClosedTime, SessionTimer, number);
        }
        else if (s.Has(SessionFlags.ClientFinished) && s.Has(SessionFlags.ServerFinished))
        {
            EndSession(number, s.Has(SessionFlags.ServerFirst) ? "server" : "client", "finished", _now);
        }
    }

    private void OnSessionTimer(int number)
    {
        ref var s = ref _sessions[number];
        s.Timer = -1;
        var closing = (s.Flags & (SessionFlags.ClientFinished | SessionFlags.ServerFinished)) != 0;
        var due = s.Last + (closing ? HalfClosedTime : Nanoseconds(_options.DialogTimeout));
        if (due > _now)
        {
            s.Timer = _wheel!.Set(due, SessionTimer, number);
            return;
        }

        EndSession(number, !closing ? "" : s.Has(SessionFlags.ServerFirst) ? "server" : "client", closing ? "finished" : "idle", due);
    }

    private void EndSession(int number, string by, string cause, long time)
    {
        ref var s = ref _sessions[number];
        TellDisconnect(s, by, cause, time);
        RemoveSession(number);
    }

    private void KeepSessionTexts(ref Session s, in SipMessage m)
    {
        if (m.Data.IsEmpty)
        {
            return;
        }

        Span<byte> buffer = stackalloc byte[512];
        Span<byte> account = stackalloc byte[320];
        var used = FieldPack.Append(buffer, 0, m.Method == SipMethod.Register ? AccountUserOf(m) : UserOf(m), 96);
        used = FieldPack.Append(buffer, used, CanonicalAccount(m.Method == SipMethod.Register ? m.To : m.From, account), 256);
        used = FieldPack.Append(buffer, used, m.UserAgent, 128);
        if (s.Block >= 0)
        {
            _texts.Give(s.Block);
        }

        s.Block = _texts.Take(used);
        s.BlockLength = (ushort)used;
        if (s.Block >= 0)
        {
            buffer[..used].CopyTo(_texts.Block(s.Block, used));
        }
    }

    private Text SessionText(in Session s, int number, int longest) =>
        s.Block < 0 ? default : _factory.Text(FieldPack.Get(_texts.Block(s.Block, s.BlockLength), number), longest);

    private void TellConnect(int number, in SipMessage m, StreamSide side)
    {
        ref var s = ref _sessions[number];
        if (!MayMakeNoise(s.Ends.Source) || !Wanted(EventType.SipSession, s.Ends))
        {
            return;
        }

        var e = SessionEvent(s, "connect", _now);
        if (!m.Data.IsEmpty)
        {
            _factory.FillRequest(e, m);
        }

        if (side == StreamSide.Unknown && (_isSipPort[s.Ends.SourcePort] || _isSipPort[s.Ends.DestinationPort]) && s.Ends.Tunnel != TunnelKind.Hep)
        {
            e.PartialReason = "mid_dialog";
        }

        e.SetMessage($"{Client(s)} connected over {Carrier(s)}");
        Emit(e);
    }

    /// <summary>The first accepted registration of an account on its connection, fresh or refreshed.</summary>
    private void TellSessionRegistration(in Transaction t, in SipMessage request, ulong account)
    {
        if (!IsStream(t.Ends.Transport))
        {
            return;
        }

        var number = _sessionIndex.Find(SessionKey(t.Ends));
        if (number < 0 || _sessions[number].Registered == account)
        {
            return;
        }

        ref var s = ref _sessions[number];
        s.Registered = account;
        s.Flags &= ~SessionFlags.RefusalTold;
        KeepSessionTexts(ref s, request);
        if (!Wanted(EventType.SipSession, s.Ends))
        {
            return;
        }

        var e = SessionEvent(s, "register", _now);
        Fill(e, t, request);
        e.Sip.StatusCode = t.Status;
        e.Sip.ReplySeen = true;
        e.SetMessage($"{e.Aor} registered over {Carrier(s)} from {Client(s)}");
        Emit(e);
    }

    /// <summary>A registration over a stream was refused for good; told once until one is accepted.</summary>
    private void TellSessionRefusal(in Transaction t, in SipMessage request, in SipMessage reply)
    {
        if (!IsStream(t.Ends.Transport))
        {
            return;
        }

        var number = _sessionIndex.Find(SessionKey(t.Ends));
        if (number < 0 || _sessions[number].Has(SessionFlags.RefusalTold))
        {
            return;
        }

        ref var s = ref _sessions[number];
        s.Flags |= SessionFlags.RefusalTold;
        if (!MayMakeNoise(s.Ends.Source) || !Wanted(EventType.SipSession, s.Ends))
        {
            return;
        }

        var e = SessionEvent(s, "refused", _now);
        Fill(e, t, request);
        _factory.FillReply(e, reply);
        e.SetMessage($"Registration of {e.Aor} over {Carrier(s)} from {Client(s)} refused with {reply.StatusCode}");
        Emit(e);
    }

    private void TellRefusedConnection(in Endpoints ends)
    {
        if (!MayMakeNoise(ends.Source) || !Wanted(EventType.SipSession, ends))
        {
            return;
        }

        var e = _factory.Create(EventType.SipSession, _now, ends);
        e.Reason = "refused";
        e.AddAttribute("cause", "reset");
        e.SetMessage($"{ends.Source}:{ends.SourcePort} found nobody listening on {ends.Destination}:{ends.DestinationPort}");
        Emit(e);
    }

    private void TellDisconnect(in Session s, string by, string cause, long time)
    {
        if (!Wanted(EventType.SipSession, s.Ends))
        {
            return;
        }

        var e = SessionEvent(s, "disconnect", time);
        e.AddAttribute("cause", cause);
        if (by.Length > 0)
        {
            e.AddAttribute("closed_by", by);
        }

        e.AddAttribute("duration_ms", Number(Milliseconds(time - s.Start)));
        e.SetMessage($"{Client(s)} disconnected over {Carrier(s)}");
        Emit(e);
    }

    private SipEvent SessionEvent(in Session s, string reason, long time)
    {
        var e = _factory.Create(EventType.SipSession, time, s.Ends);
        e.Reason = reason;
        e.User = SessionText(s, SessionUserText, 255);
        e.Aor = SessionText(s, SessionAorText, 320);
        e.UserAgent = SessionText(s, SessionAgentText, 255);
        if (s.TlsCipher != 0 || s.TlsVersion != 0)
        {
            e.Tls = new Tls { Version = TlsNames.Version(s.TlsVersion), Cipher = TlsNames.Cipher(s.TlsCipher) };
        }

        return e;
    }

    private static string Client(in Session s) => $"{s.Ends.Source}:{s.Ends.SourcePort}";

    private static string Carrier(in Session s) => s.Ends.Transport.ToString().ToUpperInvariant();

    private static bool IsStream(TransportKind transport) =>
        transport is TransportKind.Tcp or TransportKind.Tls or TransportKind.Ws or TransportKind.Wss;
}

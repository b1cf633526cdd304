using Google.Protobuf;
using SensorNet.Proto;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Events;

/// <content>The event as the contract's octets, fields in the order of their numbers.</content>
internal sealed partial class SipEvent
{
    private static readonly byte[] Severities = [.. Enumerable.Range(0, 32).Select(t => (byte)EventTypes.Get((EventType)t).Severity)];
    private readonly WireWriter _wire = new();

    /// <param name="host">host.name, UTF-8.</param>
    /// <returns>Valid until the next event is encoded.</returns>
    public EncodedEvent Encode(ReadOnlySpan<byte> host)
    {
        _wire.Clear();
        _wire.Number(Event.TypeFieldNumber, (ulong)Type);
        _wire.Number(Event.SeverityFieldNumber, (uint)Type < Severities.Length ? Severities[(int)Type] : (ulong)EventTypes.Get(Type).Severity);
        _wire.Fixed64(Event.EventTimeFieldNumber, Time);
        _wire.Fixed64(Event.SensorTimeFieldNumber, 0);
        var sensorTimeAt = _wire.Length - 8;
        _wire.Octets(Event.HostFieldNumber, host);
        Address(Event.SourceIpFieldNumber, Ends.Source);
        _wire.Number(Event.SourcePortFieldNumber, Ends.SourcePort);
        if (HasDestination)
        {
            Address(Event.DestinationIpFieldNumber, Ends.Destination);
            _wire.Number(Event.DestinationPortFieldNumber, Ends.DestinationPort);
        }

        Write(Event.UserFieldNumber, User);
        Write(Event.AorFieldNumber, Aor);
        Write(Event.UserAgentFieldNumber, UserAgent);
        _wire.Number(Event.LogSourceFieldNumber, (ulong)LogSource.Packet);
        _wire.Number(Event.TransportFieldNumber, (ulong)Map(Ends.Transport));
        _wire.Number(Event.PlatformFieldNumber, (ulong)Platform.Linux);
        _wire.Number(Event.TimeZoneSourceFieldNumber, (ulong)TimeZoneSource.Explicit);
        _wire.Flag(Event.PartialFieldNumber, !PartialReason.IsEmpty);
        Write(Event.PartialReasonFieldNumber, PartialReason);
        _wire.Ascii(Event.ServiceFieldNumber, "sip");
        Write(Event.AuthMethodFieldNumber, AuthMethod);
        Write(Event.MessageFieldNumber, Message);
        Write(Event.RawFieldNumber, Raw);
        _wire.Number(Event.VlanFieldNumber, Ends.Vlan);
        Write(Event.TunnelFieldNumber, Tunnel);
        Write(Event.NetworkCommunityIdFieldNumber, CommunityId);
        Write(Event.ReasonFieldNumber, Reason);
        if (HasSip)
        {
            WriteSip();
        }

        if (Sdp is not null)
        {
            Sdp.Write(_wire, Event.SdpFieldNumber);
        }

        if (HasCall)
        {
            WriteCall();
        }

        if (HasTraffic)
        {
            WriteTraffic();
        }

        if (Rate.Limit is not null)
        {
            WriteRate(Rate.Limit);
        }

        Write(Event.TlsFieldNumber, Tls);
        for (var i = 0; i < AttributeCount; i++)
        {
            WriteAttribute(Attributes[i].Name, Attributes[i].Value);
        }

        return new EncodedEvent(Type, _wire.Written, sensorTimeAt);
    }

    private void WriteSip()
    {
        var start = _wire.Open(Event.SipFieldNumber);
        Write(V1.Sip.MethodFieldNumber, Sip.Method);
        _wire.Number(V1.Sip.StatusCodeFieldNumber, Sip.StatusCode);
        Write(V1.Sip.ReasonFieldNumber, Sip.Reason);
        Write(V1.Sip.UriFieldNumber, Sip.Uri);
        Write(V1.Sip.FromFieldNumber, Sip.From);
        Write(V1.Sip.ToFieldNumber, Sip.To);
        Write(V1.Sip.CallIdFieldNumber, Sip.CallId);
        _wire.Number(V1.Sip.CseqFieldNumber, Sip.Cseq);
        for (var i = 0; i < ContactCount; i++)
        {
            WriteAlways(V1.Sip.ContactFieldNumber, Contacts[i]);
        }

        Write(V1.Sip.ServerFieldNumber, Sip.Server);
        for (var i = 0; i < ViaCount; i++)
        {
            Write(V1.Sip.ViaFieldNumber, Vias[i]);
        }

        if (Sip.HasAuth)
        {
            Write(V1.Sip.AuthFieldNumber, Sip.Auth);
        }

        Write(V1.Sip.ExpiresFieldNumber, Sip.Expires);
        Write(V1.Sip.PAssertedIdentityFieldNumber, Sip.PAssertedIdentity);
        Write(V1.Sip.DiversionFieldNumber, Sip.Diversion);
        Write(V1.Sip.ReasonHeaderFieldNumber, Sip.ReasonHeader);
        Write(V1.Sip.IdentityFieldNumber, Sip.Identity);
        Write(V1.Sip.FingerprintFieldNumber, Sip.Fingerprint);
        for (var rest = Sip.Anomalies; rest != SipAnomalies.None; rest = SipAnomalyNames.WithoutFirst(rest))
        {
            _wire.Ascii(V1.Sip.AnomalyFieldNumber, SipAnomalyNames.First(rest));
        }

        _wire.Number(V1.Sip.RetransmissionsFieldNumber, Sip.Retransmissions);
        for (var i = 0; i < TraceCount; i++)
        {
            Write(V1.Sip.TraceFieldNumber, Trace[i]);
        }

        _wire.Number(V1.Sip.AttemptsFieldNumber, Sip.Attempts);
        _wire.Flag(V1.Sip.CredentialsFieldNumber, Sip.Credentials);
        _wire.Flag(V1.Sip.ReplySeenFieldNumber, Sip.ReplySeen);
        foreach (var message in Messages)
        {
            Write(V1.Sip.MessagesFieldNumber, message);
        }

        _wire.Number(V1.Sip.ErrorOffsetFieldNumber, Sip.ErrorOffset);
        if (Sip.HasBindingIp)
        {
            Address(V1.Sip.BindingIpFieldNumber, Sip.BindingIp);
        }

        _wire.Number(V1.Sip.MaxForwardsFieldNumber, Sip.MaxForwards);
        _wire.Close(start);
    }

    private void WriteCall()
    {
        var start = _wire.Open(Event.CallFieldNumber);
        Write(V1.Call.PostDialDelayMsFieldNumber, Call.PostDialDelayMs);
        Write(V1.Call.RingMsFieldNumber, Call.RingMs);
        Write(V1.Call.DurationMsFieldNumber, Call.DurationMs);
        Write(V1.Call.BillsecMsFieldNumber, Call.BillsecMs);
        Write(V1.Call.HangupByFieldNumber, Call.HangupBy);
        Write(V1.Call.HangupCauseFieldNumber, Call.HangupCause);
        if (Call.HasHangupIp)
        {
            Address(V1.Call.HangupIpFieldNumber, Call.HangupIp);
            _wire.Number(V1.Call.HangupPortFieldNumber, Call.HangupPort);
        }

        Write(V1.Call.CalleeUserAgentFieldNumber, Call.CalleeUserAgent);
        Write(V1.Call.DestinationFieldNumber, Call.Destination);
        _wire.Flag(V1.Call.CancelledFieldNumber, Call.Cancelled);
        _wire.Close(start);
    }

    private void WriteTraffic()
    {
        ref readonly var i = ref Traffic;
        var start = _wire.Open(Event.SourceStatsFieldNumber);
        _wire.Number(SourceStats.IntervalMsFieldNumber, TrafficMilliseconds);
        _wire.Number(SourceStats.PacketsFieldNumber, i.Packets);
        _wire.Number(SourceStats.BytesFieldNumber, i.Bytes);
        _wire.Number(SourceStats.RequestsFieldNumber, i.Requests);
        _wire.Number(SourceStats.ReqInviteFieldNumber, i.Invites);
        _wire.Number(SourceStats.ReqRegisterFieldNumber, i.Registers);
        _wire.Number(SourceStats.ReqOptionsFieldNumber, i.Options);
        _wire.Number(SourceStats.ReqOtherFieldNumber, i.Others);
        _wire.Number(SourceStats.Replies1XxFieldNumber, i.Replies1xx);
        _wire.Number(SourceStats.Replies2XxFieldNumber, i.Replies2xx);
        _wire.Number(SourceStats.Replies3XxFieldNumber, i.Replies3xx);
        _wire.Number(SourceStats.Replies4XxFieldNumber, i.Replies4xx);
        _wire.Number(SourceStats.Replies5XxFieldNumber, i.Replies5xx);
        _wire.Number(SourceStats.Replies6XxFieldNumber, i.Replies6xx);
        _wire.Number(SourceStats.R401FieldNumber, i.Challenges);
        _wire.Number(SourceStats.R403FieldNumber, i.Forbidden);
        _wire.Number(SourceStats.R404FieldNumber, i.NotFound);
        _wire.Number(SourceStats.DistinctUsersFieldNumber, i.Users.Count);
        _wire.Number(SourceStats.DistinctUserAgentsFieldNumber, i.Agents.Count);
        _wire.Number(SourceStats.RetransmissionsFieldNumber, i.Retransmissions);
        _wire.Number(SourceStats.ReplyBytesFieldNumber, i.ReplyBytes);
        _wire.Number(SourceStats.UnansweredFieldNumber, i.Unanswered);
        _wire.Close(start);
    }

    private void WriteRate(RateLimit limit)
    {
        var start = _wire.Open(Event.RateFieldNumber);
        _wire.Ascii(V1.Rate.SubjectFieldNumber, limit.Subject);
        _wire.Number(V1.Rate.WindowSFieldNumber, (ulong)limit.Window.TotalSeconds);
        _wire.Number(V1.Rate.LimitFieldNumber, (ulong)limit.Limit);
        _wire.Number(V1.Rate.CountFieldNumber, Rate.Count);
        _wire.Number(V1.Rate.MultipleFieldNumber, Rate.Multiple);
        _wire.Close(start);
    }

    // A map entry: key 1, value 2.
    private void WriteAttribute(string name, Text value)
    {
        var start = _wire.Open(Event.AttributesFieldNumber);
        _wire.Ascii(1, name);
        WriteAlways(2, value);
        _wire.Close(start);
    }

    private void Write(int field, in UriFields uri)
    {
        if (!uri.Present)
        {
            return;
        }

        var start = _wire.Open(field);
        Write(SipUri.SchemeFieldNumber, uri.Scheme);
        Write(SipUri.UserFieldNumber, uri.User);
        Write(SipUri.HostFieldNumber, uri.Host);
        _wire.Number(SipUri.PortFieldNumber, uri.Port);
        Write(SipUri.FullFieldNumber, uri.Full);
        _wire.Close(start);
    }

    private void Write(int field, in AddressFields address)
    {
        if (!address.Uri.Present)
        {
            return;
        }

        var start = _wire.Open(field);
        Write(SipAddress.UriFieldNumber, address.Uri);
        Write(SipAddress.DisplayFieldNumber, address.Display);
        Write(SipAddress.TagFieldNumber, address.Tag);
        _wire.Close(start);
    }

    private void Write(int field, in ViaFields via)
    {
        var start = _wire.Open(field);
        Write(SipVia.SentByFieldNumber, via.SentBy);
        Write(SipVia.TransportFieldNumber, via.Transport);
        Write(SipVia.BranchFieldNumber, via.Branch);
        Write(SipVia.ReceivedFieldNumber, via.Received);
        _wire.Number(SipVia.RportFieldNumber, via.Rport);
        _wire.Close(start);
    }

    private void Write(int field, in AuthFields auth)
    {
        var start = _wire.Open(field);
        Write(SipAuthentication.SchemeFieldNumber, auth.Scheme);
        Write(SipAuthentication.UsernameFieldNumber, auth.Username);
        Write(SipAuthentication.RealmFieldNumber, auth.Realm);
        Write(SipAuthentication.AlgorithmFieldNumber, auth.Algorithm);
        Write(SipAuthentication.NonceHashFieldNumber, auth.NonceHash);
        Write(SipAuthentication.UriFieldNumber, auth.Uri);
        _wire.Number(SipAuthentication.NonceCountFieldNumber, auth.NonceCount);
        _wire.Close(start);
    }

    private void Write(int field, in TraceFields line)
    {
        var start = _wire.Open(field);
        _wire.Number(TraceEntry.OffsetUsFieldNumber, line.OffsetUs);
        _wire.Flag(TraceEntry.FromSourceFieldNumber, line.FromSource);
        Write(TraceEntry.SummaryFieldNumber, line.Summary);
        _wire.Flag(TraceEntry.RetransmissionFieldNumber, line.Retransmission);
        _wire.Close(start);
    }

    private void Write(int field, ulong? value)
    {
        if (value is { } present)
        {
            _wire.NumberAlways(field, present);
        }
    }

    private void Write(int field, IMessage? message)
    {
        if (message is not null)
        {
            var size = message.CalculateSize();
            message.WriteTo(_wire.Message(field, size));
        }
    }

    private void Write(int field, Text text)
    {
        if (!text.IsEmpty)
        {
            WriteAlways(field, text);
        }
    }

    private void WriteAlways(int field, Text text)
    {
        if (text.Literal is { } literal)
        {
            _wire.Ascii(field, literal);
        }
        else
        {
            _wire.OctetsAlways(field, Texts[text]);
        }
    }

    private void Address(int field, IpAddress128 address)
    {
        Span<byte> octets = stackalloc byte[16];
        _wire.Octets(field, octets[..address.Write(octets)]);
    }

    private static Transport Map(TransportKind transport) => transport switch
    {
        TransportKind.Udp => Transport.Udp,
        TransportKind.Tcp => Transport.Tcp,
        TransportKind.Tls => Transport.Tls,
        TransportKind.Ws => Transport.Ws,
        TransportKind.Wss => Transport.Wss,
        TransportKind.Sctp => Transport.Sctp,
        _ => Transport.Unspecified,
    };
}

using System.Security.Cryptography;
using Google.Protobuf;
using SensorNet.Proto;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Events;

/// <summary>
/// Builds events out of messages. This is where views become strings, so it is off the steady path: a message that
/// raises no event never comes here. One thread.
/// </summary>
internal sealed class SipEventFactory(string host)
{
    private readonly StringCache _strings = new();
    private const int MostContacts = 8;
    private const int MostVias = 8;

    /// <summary>An event of that type with its severity, times and addresses.</summary>
    public Event Create(EventType type, long time, in Endpoints ends)
    {
        var e = Create(type, time);
        e.SourceIp = UnsafeByteOperations.UnsafeWrap(ends.Source.ToBytes());
        e.DestinationIp = UnsafeByteOperations.UnsafeWrap(ends.Destination.ToBytes());
        e.SourcePort = ends.SourcePort;
        e.DestinationPort = ends.DestinationPort;
        e.Transport = Map(ends.Transport);
        e.Vlan = ends.Vlan;
        e.Tunnel = Describe(ends.Tunnel, ends.TunnelId);
        e.NetworkCommunityId = CommunityId.Of(ends.Source, ends.SourcePort, ends.Destination, ends.DestinationPort, ends.Transport);
        return e;
    }

    /// <summary>An event without addresses: the sensor about itself.</summary>
    public Event Create(EventType type, long time) => new()
    {
        Type = type,
        Severity = EventTypes.Get(type).Severity,
        EventTime = time,
        Host = host,
        Service = "sip",
        LogSource = LogSource.Packet,
        Platform = Platform.Linux,
        TimeZoneSource = TimeZoneSource.Explicit,
    };

    /// <summary>Everything a request says about itself.</summary>
    public void FillRequest(Event e, in SipMessage request)
    {
        var sip = e.Sip ??= new V1.Sip();
        sip.Method = request.Method == SipMethod.Other ? EventText.Of(request.MethodToken, 64) : request.Method.Name();
        sip.Uri = Uri(request.Uri);
        sip.From = Address(request.From);
        sip.To = Address(request.To);
        sip.CallId = EventText.Of(request.CallId);
        sip.Cseq = (uint)Math.Min(request.CSeq, uint.MaxValue);
        e.UserAgent = _strings.Of(request.UserAgent, 255);
        AddContacts(sip, request);
        AddVias(sip, request);
        AddCredentials(e, sip, request);
        AddHeaders(sip, request);
        sip.Fingerprint = Fingerprint.Of(request);
        AddIdentity(sip, request);
        var account = request.Method == SipMethod.Register ? sip.To : sip.From;
        e.Aor = AddressOfRecord(account.Uri);
        if (e.User.Length == 0)
        {
            e.User = account.Uri.User;
        }
    }

    /// <summary>What a reply adds to its request's event.</summary>
    public void FillReply(Event e, in SipMessage reply)
    {
        var sip = e.Sip ??= new V1.Sip();
        sip.StatusCode = (uint)reply.StatusCode;
        sip.Reason = _strings.Of(reply.Reason, 128);
        sip.ReplySeen = true;
        var server = reply.First(SipHeaderId.Server);
        sip.Server = _strings.Of(server.IsEmpty ? reply.UserAgent : server, 255);
        if (sip.To is not null && sip.To.Tag.Length == 0)
        {
            sip.To.Tag = EventText.Of(reply.ToTag, 255);
        }

        var reason = reply.First(SipHeaderId.Reason);
        if (!reason.IsEmpty)
        {
            sip.ReasonHeader = EventText.Of(reason, 255);
        }
    }

    /// <summary>The event of a reply whose request was not seen: what the reply repeats of it.</summary>
    public void FillFromReplyAlone(Event e, in SipMessage reply)
    {
        var sip = e.Sip ??= new V1.Sip();
        sip.Method = EventText.Of(reply.CSeqMethodToken, 64);
        sip.From = Address(reply.From);
        sip.To = Address(reply.To);
        sip.CallId = EventText.Of(reply.CallId);
        sip.Cseq = (uint)Math.Min(reply.CSeq, uint.MaxValue);
        AddContacts(sip, reply);
        AddVias(sip, reply);
        var account = reply.CSeqMethod == SipMethod.Register ? sip.To : sip.From;
        e.Aor = AddressOfRecord(account.Uri);
        e.User = account.Uri.User;
        FillReply(e, reply);
    }

    public SipUri Uri(ReadOnlySpan<byte> text)
    {
        var view = SipUriView.Parse(text);
        return new SipUri
        {
            Scheme = view.IsSip && view.Scheme.Length == 3 ? "sip" : EventText.Lower(view.Scheme),
            User = EventText.Of(view.User, 255),
            Host = Domain(view.Host),
            Port = (uint)Math.Max(0, view.Port),
            Full = EventText.Of(view.Full),
        };
    }

    public SipAddress Address(ReadOnlySpan<byte> value)
    {
        var address = new SipAddress { Uri = new SipUri() };
        if (!SipAddressView.TryParse(value, out var view))
        {
            address.Uri.Full = EventText.Of(value);
            return address;
        }

        address.Display = EventText.Of(view.Display, 255);
        address.Uri = Uri(view.Uri);
        if (SipParameters.TryFind(view.Parameters, "tag"u8, out var tag))
        {
            address.Tag = EventText.Of(tag, 255);
        }

        return address;
    }

    private string Domain(ReadOnlySpan<byte> host) =>
        host.ContainsAnyInRange((byte)'A', (byte)'Z') ? EventText.Lower(host) : _strings.Of(host, 255);

    /// <summary>user@domain; the domain alone for a URI without user, the number for a tel URI.</summary>
    public static string AddressOfRecord(SipUri uri) =>
        uri.User.Length == 0 ? uri.Host : uri.Host.Length == 0 ? uri.User : string.Concat(uri.User, "@", uri.Host);

    /// <summary>The user of a digest username: without the realm that some clients append to it.</summary>
    public static string UserOf(ReadOnlySpan<byte> username)
    {
        var at = username.IndexOf((byte)'@');
        return EventText.Of(at > 0 ? username[..at] : username, 255);
    }

    private static void AddContacts(V1.Sip sip, in SipMessage message)
    {
        for (var line = message.FirstLine(SipHeaderId.Contact); line >= 0; line = message.NextLine(line))
        {
            var list = new SipList(message.Value(line));
            while (list.MoveNext() && sip.Contact.Count < MostContacts)
            {
                sip.Contact.Add(EventText.Of(list.Current, 512));
            }
        }
    }

    private void AddVias(V1.Sip sip, in SipMessage message)
    {
        for (var line = message.FirstLine(SipHeaderId.Via); line >= 0; line = message.NextLine(line))
        {
            var list = new SipList(message.Value(line));
            while (list.MoveNext() && sip.Via.Count < MostVias)
            {
                if (!SipViaView.TryParse(list.Current, out var view))
                {
                    continue;
                }

                var via = new SipVia { SentBy = _strings.Of(view.SentBy, 255), Transport = _strings.Of(view.Transport, 16), Branch = EventText.Of(view.Branch, 255) };
                if (SipParameters.TryFind(view.Parameters, "received"u8, out var received))
                {
                    via.Received = EventText.Of(received, 64);
                }

                if (SipParameters.TryFind(view.Parameters, "rport"u8, out var rport) && SipText.TryParseNumber(rport, out var port))
                {
                    via.Rport = (uint)Math.Min(port, 65535);
                }

                sip.Via.Add(via);
            }
        }
    }

    private void AddCredentials(Event e, V1.Sip sip, in SipMessage request)
    {
        if (!request.HasCredentials)
        {
            return;
        }

        sip.Credentials = true;
        var credentials = Credentials.Of(request);
        sip.Auth = Describe(credentials);
        e.User = UserOf(credentials.Username);
        e.AuthMethod = sip.Auth.Scheme;
    }

    /// <summary>Scheme, names and the nonce's hash; never the response.</summary>
    private SipAuthentication Describe(in Credentials credentials)
    {
        var auth = new SipAuthentication
        {
            Scheme = EventText.Lower(credentials.Scheme),
            Username = EventText.Of(credentials.Username, 255),
            Realm = _strings.Of(credentials.Realm, 255),
            Algorithm = _strings.Of(credentials.Field("algorithm"u8), 32),
            Uri = EventText.Of(credentials.Field("uri"u8), 512),
        };
        var nonce = credentials.Nonce;
        if (!nonce.IsEmpty)
        {
            Span<byte> hash = stackalloc byte[32];
            SHA256.HashData(nonce, hash);
            auth.NonceHash = Convert.ToHexStringLower(hash[..8]);
        }

        if (uint.TryParse(credentials.Field("nc"u8), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture, out var count))
        {
            auth.NonceCount = count;
        }

        return auth;
    }

    private static void AddHeaders(V1.Sip sip, in SipMessage request)
    {
        if (SipText.TryParseNumber(request.First(SipHeaderId.Expires), out var expires))
        {
            sip.Expires = (uint)Math.Min(expires, uint.MaxValue);
        }

        if (SipText.TryParseNumber(request.First(SipHeaderId.MaxForwards), out var hops))
        {
            sip.MaxForwards = (uint)Math.Min(hops, 255);
        }

        sip.PAssertedIdentity = EventText.Of(request.First(SipHeaderId.PAssertedIdentity), 255);
        sip.Diversion = EventText.Of(request.First(SipHeaderId.Diversion), 255);
        sip.ReasonHeader = EventText.Of(request.First(SipHeaderId.Reason), 255);
    }

    private static void AddIdentity(V1.Sip sip, in SipMessage request)
    {
        var identity = request.First(SipHeaderId.Identity);
        if (!identity.IsEmpty)
        {
            sip.Identity = StirIdentity.Decode(identity);
        }
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

    private static string Describe(TunnelKind tunnel, uint id) => tunnel switch
    {
        TunnelKind.None => "",
        TunnelKind.Vxlan => $"vxlan:{id}",
        TunnelKind.Gre => $"gre:{id}",
        TunnelKind.Erspan => $"erspan:{id}",
        TunnelKind.IpInIp => "ipip",
        TunnelKind.Gtp => $"gtp:{id}",
        TunnelKind.Hep => $"hep:{id}",
        _ => "",
    };
}

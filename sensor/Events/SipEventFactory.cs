using System.Security.Cryptography;
using System.Text;
using SensorNet.Proto;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Events;

/// <summary>
/// Builds events out of messages. <see cref="Create(EventType, long, in Endpoints)"/> returns the same
/// <see cref="SipEvent"/> each time, emptied: an event is finished and encoded before the next one is begun. One thread.
/// </summary>
internal sealed class SipEventFactory(string host)
{
    private readonly byte[] _host = Encoding.UTF8.GetBytes(host);
    private readonly SipEvent _event = new();
    private readonly CommunityId _communityIds = new();

    /// <summary>What the maker's time is ahead of the events', ns: the clock was set back by so much.</summary>
    public long ClockOffset { get; set; }

    /// <summary>An event of that type with its time and addresses.</summary>
    public SipEvent Create(EventType type, long time, in Endpoints ends)
    {
        var e = _event;
        e.Clear(type, time - ClockOffset);
        e.Ends = ends;
        e.HasDestination = true;
        if (ends.Tunnel != TunnelKind.None)
        {
            e.Tunnel = Describe(ends.Tunnel, ends.TunnelId);
        }

        e.CommunityId = Texts.Put(_communityIds.Of(ends.Source, ends.SourcePort, ends.Destination, ends.DestinationPort, ends.Transport));
        return e;
    }

    /// <summary>An event about one address.</summary>
    public SipEvent Create(EventType type, long time, IpAddress128 source)
    {
        _event.Clear(type, time - ClockOffset);
        _event.Ends = new Endpoints(source, default, 0, 0, TransportKind.Unknown, TunnelKind.None, 0, 0);
        return _event;
    }

    /// <summary>An event of the sensor about itself, which are few.</summary>
    public Event CreateOwn(EventType type, long time) => new()
    {
        Type = type,
        Severity = EventTypes.Get(type).Severity,
        EventTime = time - ClockOffset,
        Host = host,
        Service = "sip",
        LogSource = LogSource.Packet,
        Platform = Platform.Linux,
        TimeZoneSource = TimeZoneSource.Explicit,
    };

    /// <summary>The finished event; valid until the next one is begun.</summary>
    public EncodedEvent Encode(SipEvent e) => e.Encode(_host);

    /// <summary>Octets from the wire as a text of the event that is under construction.</summary>
    public Text Text(ReadOnlySpan<byte> octets, int longest = EventText.Longest) => octets.IsEmpty ? default : Texts.Put(octets, longest);

    /// <summary>Everything a request says about itself.</summary>
    public void FillRequest(SipEvent e, in SipMessage request)
    {
        e.HasSip = true;
        ref var sip = ref e.Sip;
        sip.Method = MethodOf(request);
        sip.Uri = Uri(request.Uri);
        sip.From = Address(request.From);
        sip.To = Address(request.To);
        sip.CallId = Text(request.CallId);
        sip.Cseq = (uint)Math.Min(request.CSeq, uint.MaxValue);
        e.UserAgent = Text(request.UserAgent, 255);
        AddContacts(e, request);
        AddVias(e, request);
        AddCredentials(e, request);
        AddHeaders(ref sip, request);
        sip.Fingerprint = Fingerprint.Of(request, Texts);
        var identity = request.First(SipHeaderId.Identity);
        if (!identity.IsEmpty)
        {
            sip.Identity = StirIdentity.Decode(identity);
        }

        NameAccount(e, request.Method == SipMethod.Register ? sip.To.Uri : sip.From.Uri);
    }

    /// <summary>What a reply adds to its request's event.</summary>
    public void FillReply(SipEvent e, in SipMessage reply)
    {
        e.HasSip = true;
        ref var sip = ref e.Sip;
        sip.StatusCode = (uint)reply.StatusCode;
        sip.Reason = Text(reply.Reason, 128);
        sip.ReplySeen = true;
        var server = reply.First(SipHeaderId.Server);
        sip.Server = Text(server.IsEmpty ? reply.UserAgent : server, 255);
        if (sip.To.Uri.Present && sip.To.Tag.IsEmpty)
        {
            sip.To.Tag = Text(reply.ToTag, 255);
        }

        var reason = reply.First(SipHeaderId.Reason);
        if (!reason.IsEmpty)
        {
            sip.ReasonHeader = Text(reason, 255);
        }
    }

    /// <summary>The event of a reply whose request was not seen: what the reply repeats of it.</summary>
    public void FillFromReplyAlone(SipEvent e, in SipMessage reply)
    {
        e.HasSip = true;
        ref var sip = ref e.Sip;
        sip.Method = Text(reply.CSeqMethodToken, 64);
        sip.From = Address(reply.From);
        sip.To = Address(reply.To);
        sip.CallId = Text(reply.CallId);
        sip.Cseq = (uint)Math.Min(reply.CSeq, uint.MaxValue);
        AddContacts(e, reply);
        AddVias(e, reply);
        NameAccount(e, reply.CSeqMethod == SipMethod.Register ? sip.To.Uri : sip.From.Uri);
        FillReply(e, reply);
    }

    public Text MethodOf(in SipMessage request) =>
        request.Method == SipMethod.Other ? Text(request.MethodToken, 64) : request.Method.Name();

    public UriFields Uri(ReadOnlySpan<byte> text)
    {
        var view = SipUriView.Parse(text);
        Span<byte> user = stackalloc byte[255];
        return new UriFields
        {
            Present = true,
            Scheme = view.IsSip && view.Scheme.Length == 3 ? "sip" : Texts.PutLower(view.Scheme),
            User = Text(SipText.UnescapeUser(view.User, user), 255),
            Host = Domain(view.Host),
            Port = (uint)Math.Max(0, view.Port),
            Full = Text(view.Full),
        };
    }

    public AddressFields Address(ReadOnlySpan<byte> value)
    {
        if (!SipAddressView.TryParse(value, out var view))
        {
            return new AddressFields { Uri = new UriFields { Present = true, Full = Text(value) } };
        }

        return new AddressFields
        {
            Display = Text(view.Display, 255),
            Uri = Uri(view.Uri),
            Tag = SipParameters.TryFind(view.Parameters, "tag"u8, out var tag) ? Text(tag, 255) : default,
        };
    }

    /// <summary>user@domain; the domain alone for a URI without user, the number for a tel URI.</summary>
    public Text AddressOfRecord(in UriFields uri)
    {
        if (uri.User.IsEmpty || uri.Host.IsEmpty)
        {
            return uri.User.IsEmpty ? uri.Host : uri.User;
        }

        var start = Texts.Used;
        Texts.Append(uri.User);
        Texts.Append((byte)'@');
        Texts.Append(uri.Host);
        return Texts.Since(start);
    }

    private TextBuffer Texts => _event.Texts;

    private void NameAccount(SipEvent e, in UriFields account)
    {
        e.Aor = AddressOfRecord(account);
        if (e.User.IsEmpty)
        {
            e.User = account.User;
        }
    }

    private Text Domain(ReadOnlySpan<byte> host) =>
        host.ContainsAnyInRange((byte)'A', (byte)'Z') ? Texts.PutLower(host) : Text(host, 255);

    private void AddContacts(SipEvent e, in SipMessage message)
    {
        for (var line = message.FirstLine(SipHeaderId.Contact); line >= 0; line = message.NextLine(line))
        {
            var list = new SipList(message.Value(line));
            while (e.ContactCount < SipEvent.MostContacts && list.MoveNext())
            {
                e.AddContact(Text(list.Current, 512));
            }
        }
    }

    private void AddVias(SipEvent e, in SipMessage message)
    {
        for (var line = message.FirstLine(SipHeaderId.Via); line >= 0; line = message.NextLine(line))
        {
            var list = new SipList(message.Value(line));
            while (e.ViaCount < SipEvent.MostVias && list.MoveNext())
            {
                if (SipViaView.TryParse(list.Current, out var view))
                {
                    e.Vias[e.ViaCount++] = Via(view);
                }
            }
        }
    }

    private ViaFields Via(in SipViaView view) => new()
    {
        SentBy = Text(view.SentBy, 255),
        Transport = Text(view.Transport, 16),
        Branch = Text(view.Branch, 255),
        Received = SipParameters.TryFind(view.Parameters, "received"u8, out var received) ? Text(received, 64) : default,
        Rport = SipParameters.TryFind(view.Parameters, "rport"u8, out var rport) && SipText.TryParseNumber(rport, out var port)
            ? (uint)Math.Min(port, 65535)
            : 0,
    };

    private void AddCredentials(SipEvent e, in SipMessage request)
    {
        if (!request.HasCredentials)
        {
            return;
        }

        var credentials = Credentials.Of(request);
        e.Sip.Credentials = true;
        e.Sip.HasAuth = true;
        e.Sip.Auth = Describe(credentials);
        e.AuthMethod = e.Sip.Auth.Scheme;

        // Some clients append the realm to the name.
        var name = credentials.Username;
        var at = name.IndexOf((byte)'@');
        e.User = Text(at > 0 ? name[..at] : name, 255);
    }

    /// <summary>Scheme, names and the nonce's hash; never the response. Of a field that is repeated the first that says something counts.</summary>
    private AuthFields Describe(in Credentials credentials)
    {
        var auth = new AuthFields { Scheme = Texts.PutLower(credentials.Scheme) };
        var fields = new DigestFields(credentials.Fields);
        while (fields.MoveNext())
        {
            var name = fields.Name;
            switch (name.Length)
            {
                case 2 when auth.NonceCount == 0 && Ascii.EqualsIgnoreCase(name, "nc"u8):
                    auth.NonceCount = NonceCount(fields.Value);
                    break;
                case 3 when auth.Uri.IsEmpty && Ascii.EqualsIgnoreCase(name, "uri"u8):
                    auth.Uri = Text(fields.Value, 512);
                    break;
                case 5 when auth.Realm.IsEmpty && Ascii.EqualsIgnoreCase(name, "realm"u8):
                    auth.Realm = Text(fields.Value, 255);
                    break;
                case 5 when auth.NonceHash.IsEmpty && Ascii.EqualsIgnoreCase(name, "nonce"u8):
                    auth.NonceHash = HashOf(fields.Value);
                    break;
                case 8 when auth.Username.IsEmpty && Ascii.EqualsIgnoreCase(name, "username"u8):
                    auth.Username = Text(fields.Value, 255);
                    break;
                case 9 when auth.Algorithm.IsEmpty && Ascii.EqualsIgnoreCase(name, "algorithm"u8):
                    auth.Algorithm = Text(fields.Value, 32);
                    break;
                default:
                    break;
            }
        }

        return auth;
    }

    private Text HashOf(ReadOnlySpan<byte> nonce)
    {
        if (nonce.IsEmpty)
        {
            return default;
        }

        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(nonce, hash);
        var start = Texts.Used;
        Texts.AppendHex(hash[..8]);
        return Texts.Since(start);
    }

    private static uint NonceCount(ReadOnlySpan<byte> text) =>
        uint.TryParse(text, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture, out var count) ? count : 0;

    private void AddHeaders(ref SipFields sip, in SipMessage request)
    {
        if (SipText.TryParseNumber(request.First(SipHeaderId.Expires), out var expires))
        {
            sip.Expires = (uint)Math.Min(expires, uint.MaxValue);
        }

        if (SipText.TryParseNumber(request.First(SipHeaderId.MaxForwards), out var hops))
        {
            sip.MaxForwards = (uint)Math.Min(hops, 255);
        }

        sip.PAssertedIdentity = Text(request.First(SipHeaderId.PAssertedIdentity), 255);
        sip.Diversion = Text(request.First(SipHeaderId.Diversion), 255);
        sip.ReasonHeader = Text(request.First(SipHeaderId.Reason), 255);
    }

    private Text Describe(TunnelKind tunnel, uint id)
    {
        var name = tunnel switch
        {
            TunnelKind.Vxlan => "vxlan:",
            TunnelKind.Gre => "gre:",
            TunnelKind.Erspan => "erspan:",
            TunnelKind.IpInIp => "ipip",
            TunnelKind.Gtp => "gtp:",
            TunnelKind.Hep => "hep:",
            _ => "",
        };
        var start = Texts.Used;
        Texts.Append(name);
        if (name.EndsWith(':'))
        {
            Texts.Append((ulong)id);
        }

        return Texts.Since(start);
    }
}

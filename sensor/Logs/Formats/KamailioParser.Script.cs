using SensorNet.Sensor.Decode;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs.Formats;

// Lines of xlog. User names, domains and user agents in them are the sender's own words.
internal sealed partial class KamailioParser
{
    private LineVerdict Script(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        if (cursor.Take("ALERT: pike block"u8))
        {
            // "ALERT: pike block[ing] REGISTER from sip:bob@example.org (IP:192.0.2.1:5060)": the proxy's own word is the last.
            cursor.Take("ing"u8);
            cursor.Spaces();
            var method = cursor.Word();
            return cursor.TakeUntilLast("(IP:"u8, out _) ? Pike(LogText.Trim(cursor.Rest).TrimEnd((byte)')'), method, in line, emit) : LineVerdict.NoEvent;
        }

        if (cursor.Take("auth failed: "u8))
        {
            return AuthFailed(cursor.Rest, in line, emit);
        }

        if (cursor.Take("user not found: "u8))
        {
            var method = cursor.Word();
            return UserAndPeer(cursor.Rest, method, EventType.PbxUserUnknown, "user_not_found", in line, emit);
        }

        if (cursor.Take("REGISTER unknown user "u8))
        {
            return UserAndPeer(cursor.Rest, "REGISTER"u8, EventType.PbxUserUnknown, "user_not_found", in line, emit);
        }

        if (cursor.Take("in-dialog request without route: "u8))
        {
            var method = cursor.Word();
            if (!cursor.Take("from "u8) || !LogText.TryEndpoint(cursor.Word(), out var address, out var port))
            {
                return LineVerdict.NoEvent;
            }

            var e = emit.New(in line, EventType.ProxyRequestDropped, Severity.Warning, _source, _service).From(address, port).Because("no_route");
            e.Sip = new V1.Sip { Method = LogText.ToText(method, 32) };
            if (cursor.Take("call-id="u8))
            {
                e.Sip.CallId = LogText.ToText(cursor.Rest, 255);
            }

            emit.Emit(e);
            return LineVerdict.Event;
        }

        return Loose(text, in line, emit);
    }

    // "method=REGISTER user=U authuser=A domain=D src=ADDRESS:PORT proto=udp ua=..."
    private LineVerdict AuthFailed(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        var cursor = new LineCursor(text);
        if (!cursor.Take("method="u8))
        {
            return Loose(text, in line, emit);
        }

        var method = cursor.Word();
        if (!cursor.Take("user="u8) || !cursor.TakeUntil(" authuser="u8, out var user) || !cursor.TakeUntil(" domain="u8, out var authUser))
        {
            return Loose(text, in line, emit);
        }

        var domain = cursor.Word();
        if (!cursor.Take("src="u8) || !LogText.TryEndpoint(cursor.Word(), out var address, out var port))
        {
            return Loose(text, in line, emit);
        }

        var e = emit.New(in line, EventType.PbxAuthFailed, Severity.Warning, _source, _service);
        e.Sip = new V1.Sip { Method = LogText.ToText(method, 32), Credentials = true };
        if (!IsNull(authUser))
        {
            e.Sip.Auth = new SipAuthentication { Scheme = "digest", Username = LogText.ToText(authUser, 255) };
        }

        Identify(e, IsNull(authUser) ? user : authUser, domain);
        e.AuthMethod = "digest";
        if (cursor.Take("proto="u8))
        {
            e.Transport = Transport(cursor.Word());
        }

        if (cursor.Take("ua="u8) && !IsNull(cursor.Rest))
        {
            e.UserAgent = LogText.ToText(cursor.Rest, 255);
        }

        // A name or user agent that repeats the whole shape leaves open which address is true: then none is named.
        if (cursor.Rest.IndexOf(" src="u8) >= 0 && cursor.Rest.IndexOf(" domain="u8) >= 0)
        {
            Ambiguous(e);
        }
        else
        {
            e.From(address, port);
        }

        emit.Emit(e);
        return LineVerdict.Event;
    }

    // "USER from ADDRESS:PORT ua=..."
    private LineVerdict UserAndPeer(ReadOnlySpan<byte> text, ReadOnlySpan<byte> method, EventType type, string reason, in LogLine line, LogEmitter emit)
    {
        if (!TryFrom(text, out var user, out var address, out var port, out var rest))
        {
            return LineVerdict.NoEvent;
        }

        var e = emit.New(in line, type, Severity.Warning, _source, _service).Because(reason);
        e.Sip = new V1.Sip { Method = LogText.ToText(method, 32) };
        e.UserKnown = false;
        Identify(e, user, default);
        if (rest.StartsWith("ua="u8) && !IsNull(rest[3..]))
        {
            e.UserAgent = LogText.ToText(rest[3..], 255);
        }

        if (TryFrom(rest, out _, out _, out _, out var again) && again.StartsWith("ua="u8))
        {
            Ambiguous(e);
        }
        else
        {
            e.From(address, port);
        }

        emit.Emit(e);
        return LineVerdict.Event;
    }

    // An operator's own wording: what it says of failed logins, unknown users, blocks and floods, with an address in a place
    // that names it.
    private LineVerdict Loose(ReadOnlySpan<byte> text, in LogLine line, LogEmitter emit)
    {
        EventType type;
        string reason;
        if (Has(text, "pike"u8))
        {
            (type, reason) = (EventType.ProxyPikeBlocked, "pike");
        }
        else if (Has(text, "auth failed"u8) || Has(text, "authentication failed"u8) || Has(text, "authentication failure"u8) || Has(text, "failed auth"u8)
            || Has(text, "auth error"u8) || Has(text, "wrong password"u8) || Has(text, "invalid password"u8) || Has(text, "invalid credentials"u8))
        {
            (type, reason) = (EventType.PbxAuthFailed, "auth_failed");
        }
        else if (Has(text, "unknown user"u8) || Has(text, "user not found"u8) || Has(text, "no such user"u8) || Has(text, "unknown subscriber"u8))
        {
            (type, reason) = (EventType.PbxUserUnknown, "user_not_found");
        }
        else if (Has(text, "rate limit"u8) || Has(text, "ratelimit"u8) || Has(text, "pipelimit"u8) || Has(text, "rate exceeded"u8))
        {
            (type, reason) = (EventType.SipRateExceeded, "proxy");
        }
        else if (Has(text, "scanner"u8) || Has(text, "blocked"u8) || Has(text, "blocking"u8) || Has(text, "blacklist"u8) || Has(text, "blocklist"u8)
            || Has(text, "banned"u8) || Has(text, "dropp"u8) || Has(text, "flood"u8))
        {
            (type, reason) = (EventType.ProxyRequestDropped, "script");
        }
        else
        {
            return LineVerdict.NoEvent;
        }

        var e = emit.New(in line, type, type == EventType.ProxyPikeBlocked ? Severity.Error : Severity.Warning, _source, _service).Because(reason);
        if (TryNamedAddress(text, out var address, out var port))
        {
            e.From(address, port);
        }

        // "... for bob@example.org from 192.0.2.1": one word.
        var cursor = new LineCursor(text);
        if (type is EventType.PbxAuthFailed or EventType.PbxUserUnknown && cursor.TakeUntil(" for "u8, out _) && cursor.TakeUntil(" from "u8, out var user)
            && user.Length is > 0 and < 128 && !user.Contains((byte)' '))
        {
            var at = user.IndexOf((byte)'@');
            Identify(e, at < 0 ? user : user[..at], at < 0 ? default : user[(at + 1)..]);
        }

        if (type == EventType.ProxyPikeBlocked)
        {
            e.Block = new Block { By = "pike" };
        }

        emit.Emit(e);
        return LineVerdict.Event;
    }

    // The address behind src=, ip=, "IP:" or " from ", taken from the right: names come before addresses in such lines, and a
    // user agent behind them is cut off first.
    private static bool TryNamedAddress(ReadOnlySpan<byte> text, out IpAddress128 address, out uint port)
    {
        var agent = text.IndexOf(" ua="u8);
        if (agent > 0)
        {
            text = text[..agent];
        }

        foreach (var mark in (ReadOnlySpan<byte[]>)[Source, SourceIp, Ip, UpperIp, From, Of, InRound, InSquare])
        {
            var at = text.LastIndexOf(mark);
            if (at < 0)
            {
                continue;
            }

            var token = LogText.LeadingToken(LogText.Trim(text[(at + mark.Length)..]).TrimStart("(<'\":"u8)).TrimEnd("."u8);
            if (token.EndsWith("]"u8) && token[0] != '[')
            {
                token = token[..^1];
            }

            if (LogText.TryEndpoint(token, out address, out port))
            {
                return true;
            }
        }

        address = default;
        port = 0;
        return false;
    }

    private static readonly byte[] Source = "src="u8.ToArray();
    private static readonly byte[] SourceIp = "source ip"u8.ToArray();
    private static readonly byte[] Ip = "ip="u8.ToArray();
    private static readonly byte[] UpperIp = "IP:"u8.ToArray();
    private static readonly byte[] From = " from "u8.ToArray();
    private static readonly byte[] InRound = " ("u8.ToArray();
    private static readonly byte[] InSquare = " ["u8.ToArray();
    private static readonly byte[] Of = " ip "u8.ToArray();

    private static bool TryFrom(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> user, out IpAddress128 address, out uint port, out ReadOnlySpan<byte> rest)
    {
        var cursor = new LineCursor(text);
        user = default;
        rest = default;
        address = default;
        port = 0;
        var length = 0;
        for (var tries = 0; tries < 16 && cursor.TakeUntil(" from "u8, out var part); tries++)
        {
            length += part.Length;
            var after = new LineCursor(cursor.Rest);
            if (LogText.TryEndpoint(after.Word(), out address, out port))
            {
                user = text[..length];
                rest = after.Rest;
                return true;
            }

            length += 6;
        }

        return false;
    }

    private static void Identify(Event e, ReadOnlySpan<byte> user, ReadOnlySpan<byte> domain)
    {
        e.User(user);
        if (!domain.IsEmpty && !IsNull(domain))
        {
            e.Aor = e.User + "@" + LogText.ToText(domain, 255).ToLowerInvariant();
        }
    }

    private static void Ambiguous(Event e)
    {
        e.Partial = true;
        e.PartialReason = "ambiguous_source";
    }

    private static Transport Transport(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("udp"u8) || name.SequenceEqual("UDP"u8) ? V1.Transport.Udp
        : name.SequenceEqual("tcp"u8) || name.SequenceEqual("TCP"u8) ? V1.Transport.Tcp
        : name.SequenceEqual("tls"u8) || name.SequenceEqual("TLS"u8) ? V1.Transport.Tls
        : name.SequenceEqual("ws"u8) || name.SequenceEqual("WS"u8) ? V1.Transport.Ws
        : name.SequenceEqual("wss"u8) || name.SequenceEqual("WSS"u8) ? V1.Transport.Wss
        : V1.Transport.Unspecified;

    private static bool IsNull(ReadOnlySpan<byte> value) => value.IsEmpty || value.SequenceEqual("<null>"u8);

    private static bool Has(ReadOnlySpan<byte> text, ReadOnlySpan<byte> words) => LogText.ContainsIgnoringCase(text, words);
}

using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Proto.Privacy;

/// <summary>
/// Every field of an event that may tell who somebody is, by name and kind, and the walk over them. Parts of one value are
/// treated alike wherever they stand: the user of a URI as <c>user</c>, the host of a URI as an address when it is one.
/// </summary>
public static class PrivacyFields
{
    public static IReadOnlyDictionary<string, PrivacyFieldKind> Names { get; } = new Dictionary<string, PrivacyFieldKind>
    {
        ["user"] = PrivacyFieldKind.Account,
        ["actor"] = PrivacyFieldKind.Account,
        ["aor"] = PrivacyFieldKind.Account,
        ["sip.from"] = PrivacyFieldKind.Account,
        ["sip.to"] = PrivacyFieldKind.Account,
        ["sip.uri"] = PrivacyFieldKind.Account,
        ["sip.contact"] = PrivacyFieldKind.Account,
        ["sip.auth.username"] = PrivacyFieldKind.Account,
        ["sip.auth.uri"] = PrivacyFieldKind.Account,
        ["sip.p_asserted_identity"] = PrivacyFieldKind.Account,
        ["sip.diversion"] = PrivacyFieldKind.Account,
        ["sip.identity"] = PrivacyFieldKind.Account,
        ["sip.call_id"] = PrivacyFieldKind.Address,
        ["source_ip"] = PrivacyFieldKind.Address,
        ["destination_ip"] = PrivacyFieldKind.Address,
        ["source_host"] = PrivacyFieldKind.Address,
        ["sip.binding_ip"] = PrivacyFieldKind.Address,
        ["sip.via"] = PrivacyFieldKind.Address,
        ["sdp.addresses"] = PrivacyFieldKind.Address,
        ["call.hangup_ip"] = PrivacyFieldKind.Address,
        ["call.destination"] = PrivacyFieldKind.Number,
        ["user_agent"] = PrivacyFieldKind.Device,
        ["sip.server"] = PrivacyFieldKind.Device,
        ["call.callee_user_agent"] = PrivacyFieldKind.Device,
        ["message"] = PrivacyFieldKind.Text,
        ["raw"] = PrivacyFieldKind.Text,
        ["sip.messages"] = PrivacyFieldKind.Text,
        ["sip.reason_header"] = PrivacyFieldKind.Text,
        ["audit.before"] = PrivacyFieldKind.Text,
        ["audit.after"] = PrivacyFieldKind.Text,
        ["attributes"] = PrivacyFieldKind.Text,
    };

    /// <summary>Fields that hold the octets of an address.</summary>
    public static bool IsAddress(string field) => field is "source_ip" or "destination_ip" or "sip.binding_ip" or "call.hangup_ip";

    internal static void Rewrite(Event e, IPrivacyRewriter rewriter)
    {
        e.User = Text(e.User, "user", PrivacyFieldKind.Account, rewriter);
        e.Actor = Text(e.Actor, "actor", PrivacyFieldKind.Account, rewriter);
        e.Aor = UserAtHost(e.Aor, "aor", rewriter);
        e.SourceIp = Address(e.SourceIp, "source_ip", rewriter);
        e.DestinationIp = Address(e.DestinationIp, "destination_ip", rewriter);
        e.SourceHost = Text(e.SourceHost, "source_host", PrivacyFieldKind.Address, rewriter);
        e.UserAgent = Text(e.UserAgent, "user_agent", PrivacyFieldKind.Device, rewriter);
        e.Message = Text(e.Message, "message", PrivacyFieldKind.Text, rewriter);
        if (!e.Raw.IsEmpty && rewriter.Drops("raw"))
        {
            e.Raw = ByteString.Empty;
        }

        if (e.Sip is { } sip)
        {
            Rewrite(sip, rewriter);
        }

        if (e.Sdp is { } sdp)
        {
            for (var i = 0; i < sdp.Addresses.Count; i++)
            {
                sdp.Addresses[i] = Text(sdp.Addresses[i], "sdp.addresses", PrivacyFieldKind.Address, rewriter);
            }
        }

        if (e.Call is { } call)
        {
            call.Destination = Text(call.Destination, "call.destination", PrivacyFieldKind.Number, rewriter);
            call.HangupIp = Address(call.HangupIp, "call.hangup_ip", rewriter);
            call.CalleeUserAgent = Text(call.CalleeUserAgent, "call.callee_user_agent", PrivacyFieldKind.Device, rewriter);
        }

        if (e.Audit is { } audit)
        {
            audit.Before = Text(audit.Before, "audit.before", PrivacyFieldKind.Text, rewriter);
            audit.After = Text(audit.After, "audit.after", PrivacyFieldKind.Text, rewriter);
        }

        foreach (var (name, value) in e.Attributes.ToArray())
        {
            if (!name.StartsWith("privacy.", StringComparison.Ordinal))
            {
                var rewritten = Text(value, "attributes." + name, PrivacyFieldKind.Text, rewriter);
                if (rewritten.Length == 0)
                {
                    e.Attributes.Remove(name);
                }
                else
                {
                    e.Attributes[name] = rewritten;
                }
            }
        }
    }

    private static void Rewrite(V1.Sip sip, IPrivacyRewriter rewriter)
    {
        sip.CallId = Text(sip.CallId, "sip.call_id", PrivacyFieldKind.Address, rewriter);
        sip.Server = Text(sip.Server, "sip.server", PrivacyFieldKind.Device, rewriter);
        sip.PAssertedIdentity = Text(sip.PAssertedIdentity, "sip.p_asserted_identity", PrivacyFieldKind.Account, rewriter);
        sip.Diversion = Text(sip.Diversion, "sip.diversion", PrivacyFieldKind.Account, rewriter);
        sip.ReasonHeader = Text(sip.ReasonHeader, "sip.reason_header", PrivacyFieldKind.Text, rewriter);
        sip.BindingIp = Address(sip.BindingIp, "sip.binding_ip", rewriter);
        Uri(sip.Uri, "sip.uri", rewriter);
        Uri(sip.From?.Uri, "sip.from", rewriter);
        Uri(sip.To?.Uri, "sip.to", rewriter);
        if (sip.From is { } from)
        {
            from.Display = Text(from.Display, "sip.from", PrivacyFieldKind.Account, rewriter);
        }

        if (sip.To is { } to)
        {
            to.Display = Text(to.Display, "sip.to", PrivacyFieldKind.Account, rewriter);
        }

        if (sip.Auth is { } auth)
        {
            auth.Username = Text(auth.Username, "sip.auth.username", PrivacyFieldKind.Account, rewriter);
            auth.Uri = Text(auth.Uri, "sip.auth.uri", PrivacyFieldKind.Account, rewriter);
        }

        if (sip.Identity is { } identity)
        {
            identity.Originating = Text(identity.Originating, "sip.identity", PrivacyFieldKind.Account, rewriter);
            identity.Destination = Text(identity.Destination, "sip.identity", PrivacyFieldKind.Account, rewriter);
        }

        for (var i = 0; i < sip.Contact.Count; i++)
        {
            sip.Contact[i] = Text(sip.Contact[i], "sip.contact", PrivacyFieldKind.Account, rewriter);
        }

        foreach (var via in sip.Via)
        {
            via.SentBy = Text(via.SentBy, "sip.via", PrivacyFieldKind.Address, rewriter);
            via.Received = Text(via.Received, "sip.via", PrivacyFieldKind.Address, rewriter);
        }

        if (sip.Messages.Count > 0 && rewriter.Drops("sip.messages"))
        {
            sip.Messages.Clear();
        }
    }

    // The user's part stands for the account; scheme and host stay, and the whole is written anew from the parts.
    private static void Uri(SipUri? uri, string field, IPrivacyRewriter rewriter)
    {
        if (uri is null)
        {
            return;
        }

        var before = uri.User;
        uri.User = Text(uri.User, field, PrivacyFieldKind.Account, rewriter);
        if (uri.Full.Length > 0 && uri.User != before)
        {
            var at = uri.Full.LastIndexOf('@');
            var scheme = uri.Full.IndexOf(':', StringComparison.Ordinal);
            uri.Full = at > scheme ? $"{uri.Full[..(scheme + 1)]}{uri.User}{uri.Full[at..]}" : $"{uri.Scheme}:{uri.User}";
        }
        else if (before.Length == 0 && uri.Full.Length > 0)
        {
            uri.Full = Text(uri.Full, field, PrivacyFieldKind.Account, rewriter);
        }
    }

    private static string UserAtHost(string value, string field, IPrivacyRewriter rewriter)
    {
        var at = value.LastIndexOf('@');
        return at <= 0 ? Text(value, field, PrivacyFieldKind.Account, rewriter) : Text(value[..at], field, PrivacyFieldKind.Account, rewriter) is { Length: > 0 } user ? user + value[at..] : "";
    }

    private static string Text(string value, string field, PrivacyFieldKind kind, IPrivacyRewriter rewriter) =>
        value.Length == 0 ? value : rewriter.Text(field, kind, value);

    private static ByteString Address(ByteString value, string field, IPrivacyRewriter rewriter) =>
        value.Length is 4 or 16 ? rewriter.Address(field, value) : value;
}

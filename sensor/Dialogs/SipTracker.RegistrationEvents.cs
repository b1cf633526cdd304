using SensorNet.Sensor.Events;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>The events of registrations.</summary>
internal sealed partial class SipTracker
{
    private SipEvent RegistrationEvent(EventType type, ref Transaction t, in SipMessage request, ReadOnlySpan<byte> contact)
    {
        var e = _factory.Create(type, _now, t.Ends);
        if (request.Data.IsEmpty)
        {
            var reply = StoredRequest(t);
            e.HasSip = true;
            e.Sip.Method = "REGISTER";
            if (!reply.Data.IsEmpty)
            {
                _factory.FillFromReplyAlone(e, reply);
            }
        }
        else
        {
            Fill(e, t, request);
        }

        e.Sip.StatusCode = t.Status;
        e.Sip.ReplySeen = true;
        e.ContactCount = 0;
        e.AddContact(_factory.Text(contact, 512));
        AddShortTrace(e, t);
        return e;
    }

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> octets, int longest) => octets.Length > longest ? octets[..longest] : octets;

    private void TellRemoval(ref Transaction t, in SipMessage request, int binding, string reason)
    {
        t.Flags |= TransactionFlags.Reported;
        if (!Wanted(EventType.SipRegistrationRemoved, t.Ends))
        {
            return;
        }

        ref var b = ref _bindings[binding];
        var e = RegistrationEvent(EventType.SipRegistrationRemoved, ref t, request, BindingText(b, ContactText));
        ref var a = ref _accounts[b.Account];
        e.Aor = _factory.Text(a.Block >= 0 ? _texts.Block(a.Block, a.BlockLength) : default);
        if (e.User.IsEmpty)
        {
            e.User = _factory.Text(BindingText(b, BindingUserText), 255);
        }

        e.Sip.Expires = 0;
        e.Reason = reason;
        e.PartialReason = request.Data.IsEmpty ? "missing_request" : "";
        if (b.Ends.Source != t.Ends.Source)
        {
            e.Sip.HasBindingIp = true;
            e.Sip.BindingIp = b.Ends.Source;
        }

        e.SetMessage($"{e.Aor} lost {e.Contacts[0]} ({reason}), asked by {t.Ends.Source}");
        Emit(e);
    }

    private void TellUnknownRemoval(ref Transaction t, in SipMessage request, ReadOnlySpan<byte> contact)
    {
        t.Flags |= TransactionFlags.Reported;
        if (!Wanted(EventType.SipRegistrationRemoved, t.Ends))
        {
            return;
        }

        var e = RegistrationEvent(EventType.SipRegistrationRemoved, ref t, request, contact);
        e.Sip.Expires = 0;
        e.Reason = contact.SequenceEqual("*"u8) ? "wildcard" : "expires_0";
        e.PartialReason = "reconstructed_binding";
        e.SetMessage($"{e.Aor} removed {Cut(contact, 128)}, asked by {t.Ends.Source}");
        Emit(e);
    }
}

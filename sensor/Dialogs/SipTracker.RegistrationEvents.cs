using SensorNet.Sensor.Events;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>The events of registrations.</summary>
internal sealed partial class SipTracker
{
    private Event RegistrationEvent(EventType type, ref Transaction t, in SipMessage request, ReadOnlySpan<byte> contact)
    {
        var e = _factory.Create(type, _now, t.Ends);
        if (request.Data.IsEmpty)
        {
            e.Sip = new V1.Sip { Method = "REGISTER" };
        }
        else
        {
            Fill(e, t, request);
        }

        e.Sip.StatusCode = t.Status;
        e.Sip.ReplySeen = true;
        e.Sip.Contact.Clear();
        e.Sip.Contact.Add(EventText.Of(contact, 512));
        AddShortTrace(e, t);
        return e;
    }

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
        e.Aor = EventText.Of(a.Block >= 0 ? _texts.Block(a.Block, a.BlockLength) : default);
        if (e.User.Length == 0)
        {
            e.User = EventText.Of(BindingText(b, BindingUserText), 255);
        }

        e.Sip.Expires = 0;
        e.Reason = reason;
        if (b.Ends.Source != t.Ends.Source)
        {
            e.Sip.BindingIp = Google.Protobuf.UnsafeByteOperations.UnsafeWrap(b.Ends.Source.ToBytes());
        }

        e.Message = $"{e.Aor} lost {e.Sip.Contact[0]} ({reason}), asked by {t.Ends.Source}";
        _events.Emit(e);
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
        SetPartial(e, "reconstructed_binding");
        e.Message = $"{e.Aor} removed {EventText.Of(contact, 128)}, asked by {t.Ends.Source}";
        _events.Emit(e);
    }
}

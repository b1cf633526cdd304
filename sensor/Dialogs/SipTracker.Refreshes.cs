using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Dialogs;

/// <summary>
/// Refreshes, which most registrations are: they tell nothing, so hashes taken from the request when it passed by are all
/// that its reply is compared with. Whatever is not plainly a refresh goes the long way, through the kept request.
/// </summary>
internal sealed partial class SipTracker
{
    /// <summary>Takes note of a REGISTER that asks for one contact.</summary>
    private void NoteRegister(ref Transaction t, in SipMessage m)
    {
        var line = m.FirstLine(SipHeaderId.Contact);
        if (line < 0 || m.NextLine(line) >= 0)
        {
            return;
        }

        var value = m.Value(line);
        Span<byte> text = stackalloc byte[320];
        var name = CanonicalAccount(m.To, text);
        if (name.IsEmpty || value.Contains((byte)',') || value.SequenceEqual("*"u8) || !SipAddressView.TryParse(value, out var contact))
        {
            return;
        }

        t.Expires = ExpiresHeader(m, DefaultExpires);
        if (ExpiresOf(contact, t.Expires) > 0)
        {
            t.Account = _hash.Of(name);
            t.Contact = BindingKey(contact.Uri);
        }
    }

    /// <summary>
    /// Whether a 2xx to a REGISTER lists exactly what is bound, the contact that was asked for among it. Then the bindings
    /// live on; else nothing is changed.
    /// </summary>
    private bool TryRefresh(in Transaction t, in SipMessage reply)
    {
        var account = t.Contact == 0 || IsStream(t.Ends.Transport) ? -1 : _accountIndex.Find(t.Account);
        if (account < 0)
        {
            return false;
        }

        Span<(int Binding, uint Expires)> listed = stackalloc (int, uint)[MostContacts];
        var count = 0;
        var asked = -1;
        var otherwise = ExpiresHeader(reply, t.Expires);
        for (var line = reply.FirstLine(SipHeaderId.Contact); line >= 0; line = reply.NextLine(line))
        {
            var list = new SipList(reply.Value(line));
            while (list.MoveNext())
            {
                if (count == MostContacts - 1 || !SipAddressView.TryParse(list.Current, out var contact))
                {
                    return false;
                }

                var expires = ExpiresOf(contact, otherwise);
                var key = BindingKey(contact.Uri);
                var binding = FindBinding(_accounts[account].FirstBinding, key);
                if (expires == 0 || binding < 0 || IsListed(listed[..count], binding))
                {
                    return false;
                }

                asked = key == t.Contact ? binding : asked;
                listed[count++] = (binding, expires);
            }
        }

        if (asked < 0 || count != _accounts[account].Bindings)
        {
            return false;
        }

        if (t.Has(TransactionFlags.Credentials))
        {
            NoteKnown(t.Ends.Source);
        }

        foreach (var (binding, expires) in listed[..count])
        {
            Refresh(binding, t, expires, binding == asked);
        }

        return true;
    }

    private static bool IsListed(ReadOnlySpan<(int Binding, uint Expires)> listed, int binding)
    {
        foreach (var other in listed)
        {
            if (other.Binding == binding)
            {
                return true;
            }
        }

        return false;
    }
}

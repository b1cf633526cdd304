using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>Registrations (RFC 3261 section 10): which contacts an account has, since when, from where, until when.</summary>
internal sealed partial class SipTracker
{
    private const int MostContacts = 16;
    private const uint DefaultExpires = 3600;
    private const uint MostExpires = 7 * 86_400;
    private const int ContactText = 0;
    private const int BindingAgentText = 1;
    private const int BindingUserText = 2;

    /// <summary>Found by their account, which has few.</summary>
    private readonly LruSlab<Binding> _bindings;
    private readonly LruSlab<Account> _accounts;
    private readonly KeyIndex _accountIndex;

    private void CompleteRegister(ref Transaction t, in SipMessage reply)
    {
        if (reply.StatusCode >= 300)
        {
            if (t.Has(TransactionFlags.Credentials) && reply.StatusCode is 403 or 404 or 604)
            {
                TellRefusedCredentials(ref t, reply);
            }
            else
            {
                TellSessionRefusal(t, StoredRequest(t), reply);
                TellOther(EventType.SipOtherFailed, ref t, reply);
            }

            return;
        }

        if (t.Block >= 0 && !TryRefresh(t, reply))
        {
            UpdateBindings(ref t, StoredRequest(t), reply, "");
        }
    }

    private void UpdateBindings(ref Transaction t, in SipMessage request, in SipMessage reply, string partial)
    {
        var address = request.To.IsEmpty ? reply.To : request.To;
        Span<byte> text = stackalloc byte[320];
        var name = CanonicalAccount(address, text);
        if (name.IsEmpty)
        {
            return;
        }

        var accountKey = _hash.Of(name);
        if (t.Has(TransactionFlags.Credentials))
        {
            NoteKnown(t.Ends.Source);
        }

        var requestExpires = ExpiresHeader(request, uint.MaxValue);
        if (SipText.Trim(request.First(SipHeaderId.Contact)).SequenceEqual("*"u8))
        {
            RemoveAll(ref t, request, accountKey, partial);
            return;
        }

        Span<ulong> kept = stackalloc ulong[MostContacts];
        var keptCount = RefreshFromReply(ref t, request, reply, accountKey, name, requestExpires, partial, kept, out var replyHasContacts);
        ReadRequestContacts(ref t, request, accountKey, name, requestExpires, replyHasContacts, partial, kept, ref keptCount);
        if (replyHasContacts)
        {
            RemoveMissing(ref t, request, accountKey, kept[..keptCount]);
        }

        if (keptCount > 0 && !request.Data.IsEmpty)
        {
            TellSessionRegistration(t, request, accountKey);
        }
    }

    /// <summary>Contacts of the reply: all that are bound now (RFC 3261 section 10.3, step 8).</summary>
    private int RefreshFromReply(
        ref Transaction t, in SipMessage request, in SipMessage reply, ulong accountKey, ReadOnlySpan<byte> name, uint requestExpires,
        string partial, Span<ulong> kept, out bool any)
    {
        any = false;
        var count = 0;
        var replyExpires = ExpiresHeader(reply, requestExpires == uint.MaxValue ? DefaultExpires : requestExpires);
        for (var line = reply.FirstLine(SipHeaderId.Contact); line >= 0; line = reply.NextLine(line))
        {
            var list = new SipList(reply.Value(line));
            while (list.MoveNext() && count < kept.Length)
            {
                if (!SipAddressView.TryParse(list.Current, out var contact))
                {
                    continue;
                }

                any = true;
                var expires = ExpiresOf(contact, replyExpires);
                if (expires == 0)
                {
                    continue;
                }

                var key = BindingKey(contact.Uri);
                kept[count++] = key;

                // A contact that this request did not name was bound before we listened, unless it is the registrar's
                // form of the only one that it did name.
                var asked = request.Data.IsEmpty || Names(request, key) || (!Has(request, reply) && count == 1);
                Bind(ref t, request, accountKey, key, name, contact.Uri, expires, asked, asked ? partial : "reconstructed_binding");
            }
        }

        return count;
    }

    /// <summary>Contacts of the request: asked to go, or accepted by a reply that lists none.</summary>
    private void ReadRequestContacts(
        ref Transaction t, in SipMessage request, ulong accountKey, ReadOnlySpan<byte> name, uint requestExpires, bool replyHasContacts,
        string partial, Span<ulong> kept, ref int keptCount)
    {
        var seen = 0;
        for (var line = request.FirstLine(SipHeaderId.Contact); line >= 0; line = request.NextLine(line))
        {
            var list = new SipList(request.Value(line));
            while (list.MoveNext() && seen++ < MostContacts)
            {
                if (!SipAddressView.TryParse(list.Current, out var contact))
                {
                    continue;
                }

                var expires = ExpiresOf(contact, requestExpires == uint.MaxValue ? DefaultExpires : requestExpires);
                if (expires == 0)
                {
                    var binding = FindBinding(accountKey, BindingKey(contact.Uri));
                    if (binding >= 0)
                    {
                        TellRemoval(ref t, request, binding, "expires_0");
                        RemoveBinding(binding);
                    }
                    else
                    {
                        TellUnknownRemoval(ref t, request, contact.Uri);
                    }
                }
                else if (!replyHasContacts)
                {
                    var key = BindingKey(contact.Uri);
                    if (keptCount < kept.Length)
                    {
                        kept[keptCount++] = key;
                    }

                    Bind(ref t, request, accountKey, key, name, contact.Uri, expires, true, partial);
                }
            }
        }
    }

    private void RemoveAll(ref Transaction t, in SipMessage request, ulong accountKey, string partial)
    {
        var account = _accountIndex.Find(accountKey);
        if (account < 0)
        {
            TellUnknownRemoval(ref t, request, "*"u8);
            return;
        }

        for (var binding = _accounts[account].FirstBinding; binding >= 0;)
        {
            var next = _bindings[binding].Next;
            TellRemoval(ref t, request, binding, "wildcard");
            RemoveBinding(binding);
            binding = next;
        }
    }

    /// <summary>Bindings that the registrar no longer lists.</summary>
    private void RemoveMissing(ref Transaction t, in SipMessage request, ulong accountKey, ReadOnlySpan<ulong> kept)
    {
        var account = _accountIndex.Find(accountKey);
        if (account < 0 || kept.Length == MostContacts)
        {
            return;
        }

        for (var binding = _accounts[account].FirstBinding; binding >= 0;)
        {
            var next = _bindings[binding].Next;
            if (!kept.Contains(_bindings[binding].Key))
            {
                TellRemoval(ref t, request, binding, "missing_from_reply");
                RemoveBinding(binding);
            }

            binding = next;
        }
    }

    private void Bind(
        ref Transaction t, in SipMessage request, ulong accountKey, ulong key, ReadOnlySpan<byte> name, ReadOnlySpan<byte> contact,
        uint expires, bool asked, string partial)
    {
        expires = Math.Min(expires, MostExpires);
        var binding = FindBinding(accountKey, key);
        if (binding >= 0)
        {
            Refresh(binding, t, expires, asked);
            return;
        }

        var account = AccountOf(accountKey, name);
        ref var a = ref _accounts[account];
        var other = a.FirstBinding;
        var otherEnds = other >= 0 ? _bindings[other].Ends : default;
        if (a.Bindings >= _options.MaxBindingsPerUser)
        {
            RemoveBinding(OldestBindingOf(account));
            account = AccountOf(accountKey, name);
        }

        binding = AddBinding(account, key);
        ref var b = ref _bindings[binding];
        b.Ends = t.Ends;
        b.Start = _now;
        b.Granted = expires;
        b.Expiry = _now + (expires * 1_000_000_000L);
        b.Timer = _wheel!.Set(b.Expiry + Nanoseconds(_options.ExpiryGrace), BindingTimer, binding);
        KeepBindingTexts(ref b, request, contact);
        if (asked)
        {
            NoteKnown(t.Ends.Source, b.Expiry);
        }

        t.Flags |= TransactionFlags.Reported;
        if (!Wanted(EventType.SipRegistrationNew, t.Ends))
        {
            return;
        }

        var e = RegistrationEvent(EventType.SipRegistrationNew, ref t, request, contact);
        e.Aor = _factory.Text(name);
        e.Sip.Expires = expires;
        e.PartialReason = partial;
        if (other >= 0 && otherEnds.Source != t.Ends.Source)
        {
            e.Sip.HasBindingIp = true;
            e.Sip.BindingIp = otherEnds.Source;
        }

        e.SetMessage($"{e.Aor} registered {Cut(contact, 128)} from {t.Ends.Source} for {expires} s");
        Emit(e);
    }

    private void Refresh(int binding, in Transaction t, uint expires, bool asked)
    {
        ref var b = ref _bindings[binding];
        if (asked)
        {
            b.Ends = t.Ends;
            b.Granted = expires;
            b.Expiry = _now + (expires * 1_000_000_000L);
            NoteKnown(t.Ends.Source, b.Expiry);
        }
        else
        {
            b.Expiry = Math.Max(b.Expiry, _now + (expires * 1_000_000_000L));
        }

        _bindings.Touch(binding);
    }

    private void OnBindingTimer(int binding)
    {
        ref var b = ref _bindings[binding];
        b.Timer = -1;
        var due = b.Expiry + Nanoseconds(_options.ExpiryGrace);
        if (due > _now)
        {
            b.Timer = _wheel!.Set(due, BindingTimer, binding);
            return;
        }

        if (Wanted(EventType.SipRegistrationExpired, b.Ends))
        {
            ref var a = ref _accounts[b.Account];
            var e = _factory.Create(EventType.SipRegistrationExpired, due, b.Ends);
            var account = a.Block >= 0 ? _texts.Block(a.Block, a.BlockLength) : default;
            e.Aor = _factory.Text(account);
            e.User = _factory.Text(BindingText(b, BindingUserText), 255);
            e.UserAgent = _factory.Text(BindingText(b, BindingAgentText), 255);
            e.HasSip = true;
            e.Sip.Method = "REGISTER";
            e.Sip.Expires = b.Granted;
            e.AddContact(_factory.Text(BindingText(b, ContactText), 512));
            e.Sip.To.Uri = AccountUri(e, account);
            e.SetMessage($"{e.Aor} did not refresh {e.Contacts[0]}");
            Emit(e);
        }

        RemoveBinding(binding);
    }

    private UriFields AccountUri(SipEvent e, ReadOnlySpan<byte> account)
    {
        var at = account.IndexOf((byte)'@');
        var start = e.Texts.Used;
        e.Texts.Append("sip:");
        e.Texts.Append(e.Aor);
        return new UriFields
        {
            Present = true, Scheme = "sip", User = _factory.Text(account[..Math.Max(0, at)]), Host = _factory.Text(account[(at + 1)..]), Full = e.Texts.Since(start),
        };
    }

    /// <summary>Whether the account named by a From value is registered from this address: a phone that moved in mid call.</summary>
    private bool IsRegisteredAt(ReadOnlySpan<byte> from, IpAddress128 address)
    {
        Span<byte> text = stackalloc byte[320];
        var name = CanonicalAccount(from, text);
        var account = name.IsEmpty ? -1 : _accountIndex.Find(_hash.Of(name));
        if (account < 0)
        {
            return false;
        }

        for (var binding = _accounts[account].FirstBinding; binding >= 0; binding = _bindings[binding].Next)
        {
            if (_bindings[binding].Ends.Source == address)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>user@host with the host in lower case; empty when there is neither.</summary>
    private static ReadOnlySpan<byte> CanonicalAccount(ReadOnlySpan<byte> value, Span<byte> buffer)
    {
        if (!SipAddressView.TryParse(value, out var address))
        {
            return default;
        }

        var uri = SipUriView.Parse(address.Uri);
        Span<byte> plain = stackalloc byte[160];
        var user = SipText.UnescapeUser(uri.User, plain);
        user = user.Length > 160 ? user[..160] : user;
        var host = uri.Host.Length > 150 ? uri.Host[..150] : uri.Host;
        user.CopyTo(buffer);
        var used = user.Length;
        if (used > 0 && host.Length > 0)
        {
            buffer[used++] = (byte)'@';
        }

        foreach (var b in host)
        {
            buffer[used++] = b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
        }

        return buffer[..used];
    }

    private static uint ExpiresHeader(in SipMessage m, uint otherwise) =>
        SipText.TryParseNumber(m.First(SipHeaderId.Expires), out var seconds) ? (uint)Math.Min(seconds, MostExpires) : otherwise;

    private static uint ExpiresOf(in SipAddressView contact, uint otherwise) =>
        SipParameters.TryFind(contact.Parameters, "expires"u8, out var value) && SipText.TryParseNumber(value, out var seconds)
            ? (uint)Math.Min(seconds, MostExpires)
            : otherwise;
}

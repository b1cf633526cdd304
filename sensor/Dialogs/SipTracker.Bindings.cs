using SensorNet.Sensor.Events;
using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Dialogs;

/// <summary>The tables behind registrations.</summary>
internal sealed partial class SipTracker
{
    private readonly byte[] _host = new byte[255];

    /// <summary>
    /// Contacts are the same when user, host, port and transport are (RFC 3261 section 19.1.4 without the parameters that
    /// registrars and phones change from one request to the next).
    /// </summary>
    private ulong BindingKey(ReadOnlySpan<byte> contact)
    {
        var uri = SipUriView.Parse(contact);
        var host = uri.Host.Length > 255 ? uri.Host[..255] : uri.Host;
        if (host.ContainsAnyInRange((byte)'A', (byte)'Z'))
        {
            host = Lower(host, _host);
        }

        var transport = SipParameters.TryFind(uri.Parameters, "transport"u8, out var value) && value.Length > 0 ? value[0] | 0x20u : 'u';
        var port = uri.Port > 0 ? uri.Port : 5060;
        return _hash.Of(_hash.Of(_hash.Of(uri.User), _hash.Of(host)), ((ulong)port << 8) | transport);
    }

    private static ReadOnlySpan<byte> Lower(ReadOnlySpan<byte> text, Span<byte> buffer)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var b = text[i];
            buffer[i] = b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
        }

        return buffer[..text.Length];
    }

    /// <summary>The account's binding with this key, or -1.</summary>
    private int FindBinding(ulong accountKey, ulong key)
    {
        var account = _accountIndex.Find(accountKey);
        return account < 0 ? -1 : FindBinding(_accounts[account].FirstBinding, key);
    }

    private int FindBinding(int binding, ulong key)
    {
        while (binding >= 0 && _bindings[binding].Key != key)
        {
            binding = _bindings[binding].Next;
        }

        return binding;
    }

    /// <summary>Whether one of the request's contacts has this key.</summary>
    private bool Names(in SipMessage request, ulong key)
    {
        var seen = 0;
        for (var line = request.FirstLine(SipHeaderId.Contact); line >= 0; line = request.NextLine(line))
        {
            var list = new SipList(request.Value(line));
            while (list.MoveNext() && seen++ < MostContacts)
            {
                if (SipAddressView.TryParse(list.Current, out var contact) && BindingKey(contact.Uri) == key)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether one of the request's contacts stands in the reply.</summary>
    private bool Has(in SipMessage request, in SipMessage reply)
    {
        var seen = 0;
        for (var line = request.FirstLine(SipHeaderId.Contact); line >= 0; line = request.NextLine(line))
        {
            var list = new SipList(request.Value(line));
            while (list.MoveNext() && seen++ < MostContacts)
            {
                if (SipAddressView.TryParse(list.Current, out var contact) && Names(reply, BindingKey(contact.Uri)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private int AccountOf(ulong key, ReadOnlySpan<byte> name)
    {
        var account = _accountIndex.Find(key);
        if (account >= 0)
        {
            return account;
        }

        if (_accounts.IsFull)
        {
            EvictBinding();
        }

        account = _accounts.Add();
        ref var a = ref _accounts[account];
        a.FirstBinding = -1;
        a.BlockLength = (ushort)name.Length;
        a.Block = _texts.Take(name.Length);
        if (a.Block >= 0)
        {
            name.CopyTo(_texts.Block(a.Block, name.Length));
        }

        _accountIndex.Add(key, account);
        return account;
    }

    private int AddBinding(int account, ulong key)
    {
        if (_bindings.IsFull)
        {
            // The account at hand must survive, so it is held while the oldest binding goes.
            _accounts[account].Bindings++;
            EvictBinding();
            _accounts[account].Bindings--;
        }

        var binding = _bindings.Add();
        ref var b = ref _bindings[binding];
        ref var a = ref _accounts[account];
        b.Key = key;
        b.Account = account;
        b.Block = -1;
        b.Previous = -1;
        b.Next = a.FirstBinding;
        if (b.Next >= 0)
        {
            _bindings[b.Next].Previous = binding;
        }

        a.FirstBinding = binding;
        a.Bindings++;
        return binding;
    }

    private void EvictBinding()
    {
        var oldest = _bindings.Oldest;
        if (oldest >= 0)
        {
            _counters.EvictedBindings++;
            NoteOverload();
            RemoveBinding(oldest);
        }
    }

    private int OldestBindingOf(int account)
    {
        var oldest = _accounts[account].FirstBinding;
        for (var binding = oldest; binding >= 0; binding = _bindings[binding].Next)
        {
            if (_bindings[binding].Expiry < _bindings[oldest].Expiry)
            {
                oldest = binding;
            }
        }

        return oldest;
    }

    private void RemoveBinding(int binding)
    {
        ref var b = ref _bindings[binding];
        ref var a = ref _accounts[b.Account];
        if (b.Previous >= 0)
        {
            _bindings[b.Previous].Next = b.Next;
        }
        else
        {
            a.FirstBinding = b.Next;
        }

        if (b.Next >= 0)
        {
            _bindings[b.Next].Previous = b.Previous;
        }

        if (b.Block >= 0)
        {
            _texts.Give(b.Block);
        }

        if (b.Timer >= 0)
        {
            _wheel!.Cancel(b.Timer);
        }

        a.Bindings--;
        if (a.Bindings == 0)
        {
            if (a.Block >= 0)
            {
                _texts.Give(a.Block);
            }

            _accountIndex.Remove(b.Account);
            _accounts.Remove(b.Account);
        }

        _bindings.Remove(binding);
    }

    private ReadOnlySpan<byte> BindingText(in Binding b, int number) =>
        b.Block < 0 ? default : FieldPack.Get(_texts.Block(b.Block, b.BlockLength), number);

    private void KeepBindingTexts(ref Binding b, in SipMessage request, ReadOnlySpan<byte> contact)
    {
        Span<byte> buffer = stackalloc byte[640];
        var used = FieldPack.Append(buffer, 0, contact, 384);
        used = FieldPack.Append(buffer, used, request.UserAgent, 96);
        used = FieldPack.Append(buffer, used, AccountUserOf(request), 128);
        b.Block = _texts.Take(used);
        b.BlockLength = (ushort)used;
        if (b.Block >= 0)
        {
            buffer[..used].CopyTo(_texts.Block(b.Block, used));
        }
    }

    private ReadOnlySpan<byte> AccountUserOf(in SipMessage request)
    {
        var name = request.HasCredentials ? Credentials.Of(request).Username : default;
        if (!name.IsEmpty)
        {
            var at = name.IndexOf((byte)'@');
            return at > 0 ? name[..at] : name;
        }

        return UriUser(request.To);
    }
}

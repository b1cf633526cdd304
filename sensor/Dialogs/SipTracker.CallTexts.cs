using SensorNet.Sensor.Events;
using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Dialogs;

/// <summary>The few texts that a call keeps from its answer to its end.</summary>
internal sealed partial class SipTracker
{
    // Numbers of the texts that a call keeps from its answer to its end.
    private const int CallIdText = 0;
    private const int FromText = 1;
    private const int ToText = 2;
    private const int UriText = 3;
    private const int UserText = 4;
    private const int AgentText = 5;
    private const int CalleeAgentText = 6;
    private const int CodecsText = 7;

    private const int LongestAddress = 255;
    private const int LongestUser = 64;
    private readonly byte[] _user = new byte[160];

    private void KeepCallTexts(ref Call c, in SipMessage request, in SipMessage answer, SdpSummary? sdp)
    {
        Span<byte> buffer = stackalloc byte[LongestText];
        var from = request.From.IsEmpty ? answer.From : request.From;
        var to = answer.To.IsEmpty ? request.To : answer.To;
        var uri = request.Uri;
        var user = UserOf(request.Data.IsEmpty ? answer : request);
        c.Flags &= ~(CallFlags.UriIsTo | CallFlags.UserIsFrom);
        if (to.Length <= LongestAddress && UriOf(to).SequenceEqual(uri))
        {
            c.Flags |= CallFlags.UriIsTo;
            uri = default;
        }

        if (from.Length <= LongestAddress && user.Length <= LongestUser && SipUriView.UserOf(UriOf(from)).SequenceEqual(user))
        {
            c.Flags |= CallFlags.UserIsFrom;
            user = default;
        }

        var used = FieldPack.Append(buffer, 0, request.CallId.IsEmpty ? answer.CallId : request.CallId, 255);
        used = FieldPack.Append(buffer, used, from, LongestAddress);
        used = FieldPack.Append(buffer, used, to, LongestAddress);
        used = FieldPack.Append(buffer, used, uri, 255);
        used = FieldPack.Append(buffer, used, user, LongestUser);
        used = FieldPack.Append(buffer, used, request.UserAgent, 96);
        used = FieldPack.Append(buffer, used, answer.UserAgent.IsEmpty ? answer.First(SipHeaderId.Server) : answer.UserAgent, 96);
        Span<byte> codecs = stackalloc byte[96];
        var length = 0;
        if (sdp is not null)
        {
            for (var i = 0; i < sdp.CodecCount; i++)
            {
                var codec = sdp.Codec(i);
                codec = codec.Length > 24 ? codec[..24] : codec;
                if (length + codec.Length + 1 > codecs.Length)
                {
                    break;
                }

                if (length > 0)
                {
                    codecs[length++] = (byte)',';
                }

                codec.CopyTo(codecs[length..]);
                length += codec.Length;
            }
        }

        used = FieldPack.Append(buffer, used, codecs[..length], 96);
        ForgetCallTexts(ref c);
        c.Block = _texts.Take(used);
        c.BlockLength = (ushort)used;
        if (c.Block >= 0)
        {
            buffer[..used].CopyTo(_texts.Block(c.Block, used));
        }
        else
        {
            _counters.Unkept++;
        }
    }

    /// <summary>The Request-URI of the INVITE among the texts that were kept.</summary>
    private static ReadOnlySpan<byte> KeptUri(in Call c, ReadOnlySpan<byte> texts) =>
        c.Has(CallFlags.UriIsTo) ? UriOf(FieldPack.Get(texts, ToText)) : FieldPack.Get(texts, UriText);

    /// <summary>The caller's account among the texts that were kept.</summary>
    private static ReadOnlySpan<byte> KeptUser(in Call c, ReadOnlySpan<byte> texts) =>
        c.Has(CallFlags.UserIsFrom) ? SipUriView.UserOf(UriOf(FieldPack.Get(texts, FromText))) : FieldPack.Get(texts, UserText);

    private static ReadOnlySpan<byte> UriOf(ReadOnlySpan<byte> address) =>
        SipAddressView.TryParse(address, out var view) ? view.Uri : default;

    private void ForgetCallTexts(ref Call c)
    {
        if (c.Block >= 0)
        {
            _texts.Give(c.Block);
            c.Block = -1;
        }
    }

    /// <summary>The caller's account: digest username, else From user.</summary>
    private ReadOnlySpan<byte> UserOf(in SipMessage request)
    {
        var name = request.HasCredentials ? Credentials.Of(request).Username : default;
        if (!name.IsEmpty)
        {
            var at = name.IndexOf((byte)'@');
            return at > 0 ? name[..at] : name;
        }

        return UriUser(request.From);
    }

    /// <summary>The user of an address without needless escapes; valid until the next call.</summary>
    private ReadOnlySpan<byte> UriUser(ReadOnlySpan<byte> address) =>
        SipAddressView.TryParse(address, out var view) ? SipText.UnescapeUser(SipUriView.Parse(view.Uri).User, _user) : default;
}

using System.Text;
using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Events;

/// <summary>
/// The fields of a digest challenge or of its answer (RFC 8760, RFC 3261 section 20.7) as views. The response itself is
/// never read.
/// </summary>
internal readonly ref struct Credentials
{
    private Credentials(ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> fields)
    {
        Scheme = scheme;
        Fields = fields;
    }

    public ReadOnlySpan<byte> Scheme { get; }

    /// <summary>All behind the scheme; <see cref="DigestFields"/> walks them.</summary>
    public ReadOnlySpan<byte> Fields { get; }

    public bool IsEmpty => Scheme.IsEmpty;

    public ReadOnlySpan<byte> Username => Field("username"u8);

    public ReadOnlySpan<byte> Realm => Field("realm"u8);

    public bool Stale => Ascii.EqualsIgnoreCase(Field("stale"u8), "true"u8);

    public static Credentials Read(ReadOnlySpan<byte> value)
    {
        var space = value.IndexOfAny(" \t\r\n"u8);
        return space < 0 ? new Credentials(value, []) : new Credentials(value[..space], value[(space + 1)..]);
    }

    /// <summary>The credentials of a request, Proxy-Authorization first; empty when it has none.</summary>
    public static Credentials Of(in SipMessage request)
    {
        var proxy = request.First(SipHeaderId.ProxyAuthorization);
        return Read(proxy.IsEmpty ? request.First(SipHeaderId.Authorization) : proxy);
    }

    /// <summary>The challenge of a 401 or 407; empty when it has none.</summary>
    public static Credentials ChallengeOf(in SipMessage reply)
    {
        var proxy = reply.First(SipHeaderId.ProxyAuthenticate);
        return Read(proxy.IsEmpty ? reply.First(SipHeaderId.WwwAuthenticate) : proxy);
    }

    /// <summary>Whether username, realm, nonce and response are there and none of them is empty (RFC 3261 section 20.7).</summary>
    public bool IsComplete
    {
        get
        {
            var missing = 0b1111;
            var fields = new DigestFields(Fields);
            while (missing != 0 && fields.MoveNext())
            {
                var needed = missing & Needed(fields.Name);
                if (needed != 0 && fields.Value.IsEmpty)
                {
                    return false;
                }

                missing &= ~needed;
            }

            return missing == 0;
        }
    }

    private static int Needed(ReadOnlySpan<byte> name) => name.Length switch
    {
        8 => Ascii.EqualsIgnoreCase(name, "username"u8) ? 1 : Ascii.EqualsIgnoreCase(name, "response"u8) ? 2 : 0,
        5 => Ascii.EqualsIgnoreCase(name, "realm"u8) ? 4 : Ascii.EqualsIgnoreCase(name, "nonce"u8) ? 8 : 0,
        _ => 0,
    };

    /// <summary>A field by its name in lower case, without quotes; empty when absent.</summary>
    private ReadOnlySpan<byte> Field(ReadOnlySpan<byte> name)
    {
        var fields = new DigestFields(Fields);
        while (fields.MoveNext())
        {
            if (fields.Name.Length == name.Length && Ascii.EqualsIgnoreCase(fields.Name, name))
            {
                return fields.Value;
            }
        }

        return default;
    }
}

using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace SensorNet.Sensor.Sip;

/// <summary>
/// Header names to numbers. A name's hash is made of its length and its first and last eight octets with letters folded
/// one by one (a plain <c>|0x20</c> would turn CR into '-'); the multiplier is chosen at start so that no two known names
/// share a slot, and the two words, with all octets for names above 16, decide.
/// </summary>
internal static class SipHeaderNames
{
    private const int Slots = 512;
    private const int Longest = 24;

    private static readonly (string Name, SipHeaderId Id)[] Known =
    [
        ("via", SipHeaderId.Via), ("v", SipHeaderId.Via),
        ("from", SipHeaderId.From), ("f", SipHeaderId.From),
        ("to", SipHeaderId.To), ("t", SipHeaderId.To),
        ("call-id", SipHeaderId.CallId), ("i", SipHeaderId.CallId),
        ("cseq", SipHeaderId.CSeq),
        ("contact", SipHeaderId.Contact), ("m", SipHeaderId.Contact),
        ("max-forwards", SipHeaderId.MaxForwards),
        ("content-length", SipHeaderId.ContentLength), ("l", SipHeaderId.ContentLength),
        ("content-type", SipHeaderId.ContentType), ("c", SipHeaderId.ContentType),
        ("content-encoding", SipHeaderId.ContentEncoding), ("e", SipHeaderId.ContentEncoding),
        ("user-agent", SipHeaderId.UserAgent),
        ("server", SipHeaderId.Server),
        ("expires", SipHeaderId.Expires),
        ("authorization", SipHeaderId.Authorization),
        ("proxy-authorization", SipHeaderId.ProxyAuthorization),
        ("www-authenticate", SipHeaderId.WwwAuthenticate),
        ("proxy-authenticate", SipHeaderId.ProxyAuthenticate),
        ("route", SipHeaderId.Route),
        ("record-route", SipHeaderId.RecordRoute),
        ("supported", SipHeaderId.Supported), ("k", SipHeaderId.Supported),
        ("subject", SipHeaderId.Subject), ("s", SipHeaderId.Subject),
        ("event", SipHeaderId.Event), ("o", SipHeaderId.Event),
        ("allow-events", SipHeaderId.AllowEvents), ("u", SipHeaderId.AllowEvents),
        ("refer-to", SipHeaderId.ReferTo), ("r", SipHeaderId.ReferTo),
        ("referred-by", SipHeaderId.ReferredBy), ("b", SipHeaderId.ReferredBy),
        ("session-expires", SipHeaderId.SessionExpires), ("x", SipHeaderId.SessionExpires),
        ("identity", SipHeaderId.Identity), ("y", SipHeaderId.Identity),
        ("date", SipHeaderId.Date),
        ("p-asserted-identity", SipHeaderId.PAssertedIdentity),
        ("p-preferred-identity", SipHeaderId.PPreferredIdentity),
        ("remote-party-id", SipHeaderId.RemotePartyId),
        ("diversion", SipHeaderId.Diversion),
        ("reason", SipHeaderId.Reason),
        ("require", SipHeaderId.Require),
        ("proxy-require", SipHeaderId.ProxyRequire),
        ("allow", SipHeaderId.Allow),
        ("accept", SipHeaderId.Accept),
        ("retry-after", SipHeaderId.RetryAfter),
        ("min-expires", SipHeaderId.MinExpires),
        ("rack", SipHeaderId.RAck),
        ("rseq", SipHeaderId.RSeq),
        ("warning", SipHeaderId.Warning),
        ("timestamp", SipHeaderId.Timestamp),
        ("organization", SipHeaderId.Organization),
        ("path", SipHeaderId.Path),
        ("privacy", SipHeaderId.Privacy),
        ("history-info", SipHeaderId.HistoryInfo),
        ("replaces", SipHeaderId.Replaces),
    ];

    private static readonly Entry[] Table = new Entry[Slots];
    private static readonly ulong Multiplier = FillTable();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SipHeaderId Find(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > Longest)
        {
            return SipHeaderId.Unknown;
        }

        Words(name, out var first, out var last);
        ref readonly var known = ref Table[Slot(first, last, name.Length, Multiplier)];
        return known.First == first && known.Last == last && known.Length == name.Length && (name.Length <= 16 || Ascii.EqualsIgnoreCase(known.Name, name))
            ? known.Id
            : SipHeaderId.Unknown;
    }

    private static ulong FillTable()
    {
        // About one in forty odd numbers will do.
        for (var multiplier = 0x9E37_79B9_7F4A_7C15; ; multiplier += 0x1000_0000_0000_0002)
        {
            Array.Clear(Table);
            if (Known.All(k => TryPut(new Entry(Encoding.ASCII.GetBytes(k.Name), k.Id), multiplier)))
            {
                return multiplier;
            }
        }
    }

    private static bool TryPut(in Entry entry, ulong multiplier)
    {
        ref var place = ref Table[Slot(entry.First, entry.Last, entry.Length, multiplier)];
        if (place.Length != 0)
        {
            return false;
        }

        place = entry;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Slot(ulong first, ulong last, int length, ulong multiplier) =>
        (int)(((first ^ BitOperations.RotateLeft(last, 23) ^ (ulong)length) * multiplier) >> 55);

    /// <summary>The first and last eight octets in lower case, which overlap for names of less than 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Words(ReadOnlySpan<byte> name, out ulong first, out ulong last)
    {
        if (name.Length >= 8)
        {
            first = Lower(BinaryPrimitives.ReadUInt64LittleEndian(name));
            last = Lower(BinaryPrimitives.ReadUInt64LittleEndian(name[^8..]));
        }
        else if (name.Length >= 4)
        {
            first = Lower(BinaryPrimitives.ReadUInt32LittleEndian(name) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(name[^4..]) << 32));
            last = 0;
        }
        else
        {
            first = name[0] | ((ulong)name[name.Length >> 1] << 8) | ((ulong)name[^1] << 16);
            first = Lower(first);
            last = 0;
        }
    }

    /// <summary>Eight octets with A-Z turned to a-z and every other octet as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Lower(ulong word)
    {
        const ulong High = 0x8080_8080_8080_8080;
        const ulong Ones = 0x0101_0101_0101_0101;
        var seven = word & ~High;
        var fromA = seven + (Ones * (0x80 - 'A'));
        var behindZ = seven + (Ones * (0x80 - 'Z' - 1));
        var upper = fromA & ~behindZ & ~word & High;
        return word | (upper >> 2);
    }

    private readonly struct Entry
    {
        public Entry(byte[] name, SipHeaderId id)
        {
            Name = name;
            Id = id;
            Length = name.Length;
            Words(name, out First, out Last);
        }

        public readonly byte[] Name;
        public readonly ulong First;
        public readonly ulong Last;
        public readonly int Length;
        public readonly SipHeaderId Id;
    }
}

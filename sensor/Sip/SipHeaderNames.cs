using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace SensorNet.Sensor.Sip;

/// <summary>
/// Header names to numbers. A name's hash is made of its length and its first sixteen octets with letters folded one by
/// one (a plain <c>|0x20</c> would turn CR into '-'); the multiplier is chosen at start so that no two known names share a
/// slot, and the sixteen octets, with all octets for longer names, decide.
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

    public static SipHeaderId Find(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > Longest)
        {
            return SipHeaderId.Unknown;
        }

        Words(name, out var first, out var second);
        ref readonly var known = ref Table[Slot(first, second, name.Length, Multiplier)];
        return known.First == first && known.Second == second && known.Length == name.Length && (name.Length <= 16 || Ascii.EqualsIgnoreCase(known.Name, name))
            ? known.Id
            : SipHeaderId.Unknown;
    }

    /// <summary>The same for the first octets of a vector, 1 to 16 of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SipHeaderId Find(Vector128<byte> octets, int length)
    {
        var name = octets & Vector128.LessThan(Vector128<byte>.Indices, Vector128.Create((byte)length));
        var fromA = name - Vector128.Create((byte)'A');
        var upper = Vector128.Equals(Vector128.Min(fromA, Vector128.Create((byte)25)), fromA);
        name |= upper & Vector128.Create((byte)0x20);
        var first = name.AsUInt64().ToScalar();
        var second = name.AsUInt64().GetElement(1);
        ref readonly var known = ref Table[Slot(first, second, length, Multiplier)];
        return known.First == first && known.Second == second && known.Length == length ? known.Id : SipHeaderId.Unknown;
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
        ref var place = ref Table[Slot(entry.First, entry.Second, entry.Length, multiplier)];
        if (place.Length != 0)
        {
            return false;
        }

        place = entry;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Slot(ulong first, ulong second, int length, ulong multiplier) =>
        (int)(((first ^ BitOperations.RotateLeft(second, 23) ^ (ulong)length) * multiplier) >> 55);

    /// <summary>The first sixteen octets in lower case, zeros behind a shorter name.</summary>
    private static void Words(ReadOnlySpan<byte> name, out ulong first, out ulong second)
    {
        Span<byte> octets = stackalloc byte[16];
        octets.Clear();
        name[..Math.Min(16, name.Length)].CopyTo(octets);
        first = Lower(BinaryPrimitives.ReadUInt64LittleEndian(octets));
        second = Lower(BinaryPrimitives.ReadUInt64LittleEndian(octets[8..]));
    }

    /// <summary>Eight octets with A-Z turned to a-z and every other octet as it is.</summary>
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
            Words(name, out First, out Second);
        }

        public readonly byte[] Name;
        public readonly ulong First;
        public readonly ulong Second;
        public readonly int Length;
        public readonly SipHeaderId Id;
    }
}

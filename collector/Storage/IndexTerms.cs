using System.Buffers.Binary;
using SensorNet.V1;

namespace SensorNet.Collector.Storage;

/// <summary>
/// The terms under which an event is found. A term has 48 bits: a number for types and severities; the address for IPv4,
/// the first 48 bits for IPv6, so that networks are ranges of terms; a keyed hash for texts. Two values may share a term:
/// the index names blocks that may hold a value, and the events themselves decide.
/// </summary>
internal static class IndexTerms
{
    public const int FieldCount = 10;
    public const ulong MaxTerm = (1UL << 48) - 1;

    /// <summary>The term of an address of 4 or 16 octets; null for any other length.</summary>
    public static ulong? OfAddress(ReadOnlySpan<byte> octets) => octets.Length switch
    {
        4 => BinaryPrimitives.ReadUInt32BigEndian(octets),
        16 => BinaryPrimitives.ReadUInt64BigEndian(octets) >> 16,
        _ => null,
    };

    /// <summary>Adds all terms of an event to an open segment's index.</summary>
    public static void AddTo(OpenIndex index, Event e, ushort block, TermHash hash)
    {
        index.Add(IndexField.Type, (uint)e.Type, block);
        index.Add(IndexField.Severity, (uint)e.Severity, block);
        if (OfAddress(e.SourceIp.Span) is { } source)
        {
            index.Add(IndexField.SourceIp, source, block);
        }

        if (OfAddress(e.DestinationIp.Span) is { } destination)
        {
            index.Add(IndexField.DestinationIp, destination, block);
        }

        AddText(index, IndexField.User, e.User, block, hash);
        AddText(index, IndexField.Aor, e.Aor, block, hash);
        AddText(index, IndexField.Host, e.Host, block, hash);
        AddText(index, IndexField.Sensor, e.SensorId, block, hash);
        if (e.Sip is { } sip)
        {
            AddText(index, IndexField.CallId, sip.CallId, block, hash);
        }
    }

    private static void AddText(OpenIndex index, IndexField field, string text, ushort block, TermHash hash)
    {
        // A run of events about one user or host is hashed once.
        if (text.Length > 0 && !index.IsLast(field, text, block))
        {
            index.Add(field, hash.Of(text), block);
        }
    }
}

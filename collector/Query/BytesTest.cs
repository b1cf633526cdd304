using System.Text;
using SensorNet.V1;

namespace SensorNet.Collector.Query;

/// <summary>
/// A necessary condition on an event's encoded bytes, checked before decoding them: it holds for the bytes of every event
/// that the query wants, and for every span that contains such bytes (a whole block). Immutable and thread-safe.
/// </summary>
internal abstract class BytesTest
{
    /// <summary>Shorter texts are in too many events to be worth looking for.</summary>
    private const int ShortestText = 3;

    public static BytesTest? And(BytesTest? a, BytesTest? b) => a is null ? b : b is null ? a : new Both(a, b);

    public static BytesTest? Or(BytesTest? a, BytesTest? b) => a is null || b is null ? null : new Either(a, b);

    /// <summary>The bytes contain a text, in any letter case; null when that cannot be looked for in bytes.</summary>
    public static BytesTest? Text(string text) =>
        text.Length >= ShortestText && Ascii.IsValid(text) ? new ContainsText(new TextSearch(text)) : null;

    /// <summary>The longest piece of a wildcard pattern that has no wildcards.</summary>
    public static BytesTest? Pattern(string pattern) =>
        Text(pattern.Split('*', '?').MaxBy(piece => piece.Length) ?? "");

    /// <summary>A length-delimited field begins with these octets.</summary>
    /// <param name="field">The field's number, below 16.</param>
    /// <param name="length">The whole value's length, below 128.</param>
    /// <param name="begin">What it begins with.</param>
    public static BytesTest Field(int field, int length, ReadOnlySpan<byte> begin) =>
        new Contains([(byte)((field << 3) | 2), (byte)length, .. begin]);

    public static BytesTest Type(EventType type)
    {
        var number = (uint)type;
        const byte Tag = Event.TypeFieldNumber << 3;
        return new Contains(number < 0x80 ? [Tag, (byte)number] : [Tag, (byte)(number | 0x80), (byte)(number >> 7)]);
    }

    public abstract bool MayMatch(ReadOnlySpan<byte> encoded);

    private sealed class Contains(byte[] octets) : BytesTest
    {
        public override bool MayMatch(ReadOnlySpan<byte> encoded) => encoded.IndexOf(octets) >= 0;
    }

    private sealed class ContainsText(TextSearch search) : BytesTest
    {
        public override bool MayMatch(ReadOnlySpan<byte> encoded) => search.IsIn(encoded);
    }

    private sealed class Both(BytesTest a, BytesTest b) : BytesTest
    {
        public override bool MayMatch(ReadOnlySpan<byte> encoded) => a.MayMatch(encoded) && b.MayMatch(encoded);
    }

    private sealed class Either(BytesTest a, BytesTest b) : BytesTest
    {
        public override bool MayMatch(ReadOnlySpan<byte> encoded) => a.MayMatch(encoded) || b.MayMatch(encoded);
    }
}

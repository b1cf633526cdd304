using System.Globalization;
using System.Net;
using Google.Protobuf;

namespace SensorNet.Proto;

/// <summary>What a field of an event holds.</summary>
public enum FieldKind : byte
{
    /// <summary>Absent: unknown, not empty.</summary>
    None,
    Text,
    Integer,
    Real,
    Bool,

    /// <summary>An IP address, 4 or 16 octets in network order.</summary>
    Address,

    /// <summary>Several texts (contacts, anomaly kinds); a condition holds when one of them meets it.</summary>
    Texts,
}

/// <summary>The value of one field of one event, without boxing.</summary>
public readonly struct FieldValue
{
    private readonly object? _reference;
    private readonly long _bits;

    private FieldValue(FieldKind kind, object? reference, long bits)
    {
        Kind = kind;
        _reference = reference;
        _bits = bits;
    }

    public static FieldValue None => default;

    public FieldKind Kind { get; }

    public bool Exists => Kind != FieldKind.None;

    /// <summary>The text; empty unless <see cref="Kind"/> is Text.</summary>
    public string Text => _reference as string ?? "";

    /// <summary>The number, for Integer; 0 or 1 for Bool.</summary>
    public long Integer => _bits;

    /// <summary>The number, for Real and Integer.</summary>
    public double Real => Kind == FieldKind.Real ? BitConverter.Int64BitsToDouble(_bits) : _bits;

    public bool Bool => _bits != 0;

    /// <summary>The address's octets; empty unless <see cref="Kind"/> is Address.</summary>
    public ReadOnlySpan<byte> Address => _reference is ByteString octets && Kind == FieldKind.Address ? octets.Span : default;

    /// <summary>The texts; empty unless <see cref="Kind"/> is Texts.</summary>
    public IReadOnlyList<string> Texts => _reference as IReadOnlyList<string> ?? [];

    /// <summary>A text, absent when null or empty (an empty protobuf string is an absent field).</summary>
    public static FieldValue Of(string? text) => string.IsNullOrEmpty(text) ? default : new(FieldKind.Text, text, 0);

    public static FieldValue Of(long number) => new(FieldKind.Integer, null, number);

    public static FieldValue Of(double number) => new(FieldKind.Real, null, BitConverter.DoubleToInt64Bits(number));

    public static FieldValue Of(bool value) => new(FieldKind.Bool, null, value ? 1 : 0);

    /// <summary>A number that is absent when zero (ports, process ids, status codes).</summary>
    public static FieldValue OfNonZero(long number) => number == 0 ? default : Of(number);

    /// <summary>A flag that is absent when false.</summary>
    public static FieldValue OfTrue(bool value) => value ? Of(true) : default;

    /// <summary>An address of 4 or 16 octets; any other length is absent.</summary>
    public static FieldValue OfAddress(ByteString octets) =>
        octets.Length is 4 or 16 ? new(FieldKind.Address, octets, 0) : default;

    public static FieldValue Of(IReadOnlyList<string> texts) => texts.Count == 0 ? default : new(FieldKind.Texts, texts, 0);

    /// <summary>The value as rules, queries and exports write it; empty when absent; texts are joined by commas.</summary>
    public override string ToString() => Kind switch
    {
        FieldKind.Text => Text,
        FieldKind.Integer => _bits.ToString(CultureInfo.InvariantCulture),
        FieldKind.Real => Real.ToString("R", CultureInfo.InvariantCulture),
        FieldKind.Bool => Bool ? "true" : "false",
        FieldKind.Address => new IPAddress(Address).ToString(),
        FieldKind.Texts => string.Join(',', Texts),
        _ => "",
    };
}

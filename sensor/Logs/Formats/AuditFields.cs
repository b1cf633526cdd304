namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// Walks the <c>name=value</c> pairs of an audit record. Values are bare, quoted, or in single quotes around more pairs
/// (which are walked too); what auditd could not print it writes as hexadecimal digits. The enriched part, behind octet
/// 0x1D, is walked like the rest.
/// </summary>
internal ref struct AuditFields(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Without quotes.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    public bool Quoted { get; private set; }

    public bool Next()
    {
        while (true)
        {
            _rest = _rest.TrimStart(" ,'\x1d"u8);
            var equals = _rest.IndexOf((byte)'=');
            if (equals < 0)
            {
                return false;
            }

            // Words without a value ("avc: denied") are passed over.
            var space = _rest[..equals].LastIndexOfAny((byte)' ', (byte)0x1d, (byte)'\'');
            Name = _rest[(space + 1)..equals];
            _rest = _rest[(equals + 1)..];
            if (_rest is [(byte)'\'', ..])
            {
                // msg='op=... acct="..."': what is inside are fields of the same record.
                continue;
            }

            if (_rest is [(byte)'"', ..])
            {
                var close = _rest[1..].IndexOf((byte)'"');
                close = close < 0 ? _rest.Length - 1 : close;
                Value = _rest[1..(close + 1)];
                _rest = close + 2 > _rest.Length ? default : _rest[(close + 2)..];
                Quoted = true;
                return true;
            }

            var end = _rest.IndexOfAny((byte)' ', (byte)0x1d, (byte)'\'');
            Value = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[end..];
            Quoted = false;
            return true;
        }
    }

    /// <summary>
    /// The text of a value: as it is when quoted; from hexadecimal digits in the fields that auditd writes so when they hold
    /// anything unprintable (numbers look the same and are left alone).
    /// </summary>
    public readonly string Text(int max = LogText.MaxField)
    {
        if (Quoted || !MayBeEncoded(Name) || Value.Length < 2 || Value.Length % 2 != 0 || !IsHex(Value))
        {
            return Value.SequenceEqual("(null)"u8) ? "" : LogText.ToText(Value, max);
        }

        var octets = new byte[Math.Min(Value.Length / 2, max)];
        Convert.FromHexString(Value[..(octets.Length * 2)], octets, out _, out _);

        // Arguments in a proctitle are parted by NUL.
        octets.AsSpan().Replace((byte)0, (byte)' ');
        return LogText.ToText(octets, max);
    }

    private static bool MayBeEncoded(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("name"u8) || name.SequenceEqual("comm"u8) || name.SequenceEqual("exe"u8) || name.SequenceEqual("cwd"u8) || name.SequenceEqual("proctitle"u8)
        || name.SequenceEqual("cmd"u8) || name.SequenceEqual("acct"u8) || name.SequenceEqual("key"u8) || name.SequenceEqual("grp"u8) || name.SequenceEqual("data"u8)
        || (name is [(byte)'a', >= (byte)'0' and <= (byte)'9', ..]);

    private static bool IsHex(ReadOnlySpan<byte> value)
    {
        foreach (var b in value)
        {
            if (!char.IsAsciiHexDigit((char)b))
            {
                return false;
            }
        }

        return true;
    }
}

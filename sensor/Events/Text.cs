namespace SensorNet.Sensor.Events;

/// <summary>
/// A text of an event under construction: an ASCII literal, or a place in the buffer of its <see cref="SipEvent"/> that
/// holds valid UTF-8. <c>default</c> is the empty text.
/// </summary>
internal readonly struct Text
{
    public Text(int offset, int length)
    {
        Offset = offset;
        Length = length;
    }

    private Text(string literal)
    {
        Literal = literal;
        Length = literal.Length;
    }

    public string? Literal { get; }

    /// <summary>Place in the buffer, when there is no literal.</summary>
    public int Offset { get; }

    /// <summary>Octets.</summary>
    public int Length { get; }

    public bool IsEmpty => Length == 0;

    public static implicit operator Text(string literal) => new(literal);
}

namespace SensorNet.Sensor.Logs;

/// <summary>
/// Reads a line from left to right. Every step either succeeds and moves on, or fails and leaves the cursor where it was;
/// nothing allocates or throws, and each step is linear in what it passes over.
/// </summary>
internal ref struct LineCursor(ReadOnlySpan<byte> text)
{
    /// <summary>What has not been read yet.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = text;

    public readonly bool AtEnd => Rest.IsEmpty;

    public bool Take(ReadOnlySpan<byte> literal)
    {
        if (!Rest.StartsWith(literal))
        {
            return false;
        }

        Rest = Rest[literal.Length..];
        return true;
    }

    /// <summary>Reads up to the first occurrence of the delimiter and passes over it.</summary>
    public bool TakeUntil(ReadOnlySpan<byte> delimiter, out ReadOnlySpan<byte> value)
    {
        var at = Rest.IndexOf(delimiter);
        if (at < 0)
        {
            value = default;
            return false;
        }

        value = Rest[..at];
        Rest = Rest[(at + delimiter.Length)..];
        return true;
    }

    /// <summary>
    /// Reads up to the last occurrence of the delimiter and passes over it: for text that an attacker chose, followed by
    /// text that the program wrote.
    /// </summary>
    public bool TakeUntilLast(ReadOnlySpan<byte> delimiter, out ReadOnlySpan<byte> value)
    {
        var at = Rest.LastIndexOf(delimiter);
        if (at < 0)
        {
            value = default;
            return false;
        }

        value = Rest[..at];
        Rest = Rest[(at + delimiter.Length)..];
        return true;
    }

    /// <summary>Reads up to the next space, or to the end, and passes over the spaces behind it.</summary>
    public ReadOnlySpan<byte> Word()
    {
        var at = Rest.IndexOf((byte)' ');
        ReadOnlySpan<byte> word;
        if (at < 0)
        {
            word = Rest;
            Rest = default;
        }
        else
        {
            word = Rest[..at];
            Rest = Rest[at..];
            Spaces();
        }

        return word;
    }

    /// <summary>Reads up to the next space, which stays, or to the end; the value may be empty.</summary>
    public ReadOnlySpan<byte> Value()
    {
        var at = Rest.IndexOf((byte)' ');
        var value = at < 0 ? Rest : Rest[..at];
        Rest = at < 0 ? default : Rest[at..];
        return value;
    }

    public void Spaces()
    {
        var count = 0;
        while (count < Rest.Length && Rest[count] == ' ')
        {
            count++;
        }

        Rest = Rest[count..];
    }

    /// <summary>Reads a decimal number of at most 19 digits.</summary>
    public bool TakeNumber(out long value)
    {
        value = 0;
        var count = 0;
        while (count < Rest.Length && (uint)(Rest[count] - '0') <= 9)
        {
            if (count == 18)
            {
                return false;
            }

            value = (value * 10) + (Rest[count] - '0');
            count++;
        }

        Rest = Rest[count..];
        return count > 0;
    }
}

using System.Text;

namespace SensorNet.Collector.Detection.Producers;

/// <summary>
/// A data section of the MaxMind DB format: maps are searched where they lie, nothing is built. What does not fit the
/// format reads as absent.
/// </summary>
internal readonly struct MaxMindData(ReadOnlyMemory<byte> section, int mostNested)
{
    private const int Pointer = 1;
    private const int Text8 = 2;
    private const int Map = 7;
    private const int Array = 11;
    private const int LongestMap = 1000;


    /// <summary>The text at a path of map keys; empty when it is not there.</summary>
    public string Text(int offset, params ReadOnlySpan<string> path)
    {
        var at = Follow(offset, path);
        return at >= 0 && Header(at, out var type, out var size, out var value) && type == Text8 && Fits(value, size)
            ? Encoding.UTF8.GetString(section.Span.Slice(value, size))
            : "";
    }

    /// <summary>The unsigned number at a path of map keys; 0 when it is not there.</summary>
    public ulong Number(int offset, params ReadOnlySpan<string> path)
    {
        var at = Follow(offset, path);
        if (at < 0 || !Header(at, out var type, out var size, out var value) || type is not (5 or 6 or 8 or 9) || size > 8 || !Fits(value, size))
        {
            return 0;
        }

        var number = 0UL;
        foreach (var b in section.Span.Slice(value, size))
        {
            number = (number << 8) | b;
        }

        return number;
    }

    private bool Fits(int at, int size) => at >= 0 && size >= 0 && at <= section.Length - size;

    private int Follow(int offset, ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            offset = Member(offset, key);
            if (offset < 0)
            {
                return -1;
            }
        }

        return offset;
    }

    /// <summary>Where the value of a key of the map at an offset begins; -1 when there is none.</summary>
    private int Member(int offset, string key)
    {
        if (!Header(offset, out var type, out var size, out var at) || type != Map || size > LongestMap)
        {
            return -1;
        }

        Span<byte> wanted = stackalloc byte[64];
        wanted = wanted[..Encoding.UTF8.GetBytes(key, wanted)];
        for (var i = 0; i < size; i++)
        {
            if (!Header(at, out var keyType, out var length, out var text) || keyType != Text8 || !Fits(text, length))
            {
                return -1;
            }

            var value = Skip(at, 0);
            if (section.Span.Slice(text, length).SequenceEqual(wanted))
            {
                return value;
            }

            at = Skip(value, 0);
            if (at < 0)
            {
                return -1;
            }
        }

        return -1;
    }

    /// <summary>The offset behind a value; -1 when it does not fit.</summary>
    private int Skip(int offset, int depth)
    {
        if (depth > mostNested || !Control(offset, out var type, out var size, out var at))
        {
            return -1;
        }

        switch (type)
        {
            case Pointer:
                return at;
            case Map or Array:
                for (var i = 0; i < (type == Map ? size * 2L : size); i++)
                {
                    at = Skip(at, depth + 1);
                    if (at < 0)
                    {
                        return -1;
                    }
                }

                return at;
            case 14:
                return at;
            default:
                return Fits(at, size) ? at + size : -1;
        }
    }

    /// <summary>Type, size and place of a value, through at most one pointer (the format forbids pointers to pointers).</summary>
    private bool Header(int offset, out int type, out int size, out int value)
    {
        if (!Control(offset, out type, out size, out value))
        {
            return false;
        }

        return type != Pointer || (Control(size, out type, out size, out value) && type != Pointer);
    }

    /// <summary>The control octets at an offset. For a pointer, <paramref name="size"/> is where it points and the value begins behind it.</summary>
    private bool Control(int offset, out int type, out int size, out int value)
    {
        type = -1;
        size = 0;
        value = offset + 1;
        var data = section.Span;
        if (offset < 0 || offset >= data.Length)
        {
            return false;
        }

        var control = data[offset];
        type = control >> 5;
        if (type == Pointer)
        {
            return ReadPointer(data, control, offset, out size, out value);
        }

        if (type == 0)
        {
            if (!Fits(value, 1))
            {
                return false;
            }

            type = data[value++] + 7;
        }

        size = control & 0x1F;
        var more = size - 28;
        if (more <= 0)
        {
            return true;
        }

        if (!Fits(value, more))
        {
            return false;
        }

        size = more switch
        {
            1 => 29 + data[value],
            2 => 285 + (data[value] << 8) + data[value + 1],
            _ => 65821 + (data[value] << 16) + (data[value + 1] << 8) + data[value + 2],
        };
        value += more;
        return true;
    }

    private bool ReadPointer(ReadOnlySpan<byte> data, byte control, int offset, out int target, out int behind)
    {
        var octets = ((control >> 3) & 3) + 1;
        behind = offset + 1 + octets;
        target = 0;
        if (!Fits(offset + 1, octets))
        {
            return false;
        }

        var number = octets == 4 ? 0L : control & 7;
        for (var i = 0; i < octets; i++)
        {
            number = (number << 8) | data[offset + 1 + i];
        }

        number += octets switch { 2 => 2048, 3 => 526_336, _ => 0 };
        target = (int)Math.Min(int.MaxValue, number);
        return true;
    }
}

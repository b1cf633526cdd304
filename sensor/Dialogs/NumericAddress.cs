using System.Net;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Dialogs;

/// <summary>Addresses written in messages. IPv4 is read without allocation; names are refused at their first letter.</summary>
internal static class NumericAddress
{
    public static bool TryParse(ReadOnlySpan<byte> text, out IpAddress128 address)
    {
        if (text.Contains((byte)':'))
        {
            if (text.Length <= 45 && IPAddress.TryParse(text, out var parsed))
            {
                address = IpAddress128.From(parsed);
                return true;
            }

            address = default;
            return false;
        }

        Span<byte> octets = stackalloc byte[4];
        var count = 0;
        var value = -1;
        address = default;
        foreach (var b in text)
        {
            if (b is >= (byte)'0' and <= (byte)'9')
            {
                value = (Math.Max(value, 0) * 10) + (b - '0');
                if (value > 255)
                {
                    return false;
                }
            }
            else if (b == (byte)'.' && value >= 0 && count < 3)
            {
                octets[count++] = (byte)value;
                value = -1;
            }
            else
            {
                return false;
            }
        }

        if (count != 3 || value < 0)
        {
            return false;
        }

        octets[3] = (byte)value;
        address = IpAddress128.Read(octets);
        return true;
    }
}

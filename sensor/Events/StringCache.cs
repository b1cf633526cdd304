using System.Text;

namespace SensorNet.Sensor.Events;

/// <summary>
/// Strings that come again and again (domains, user agents, realms, reasons): 4,096 places by a hash of the octets,
/// overwritten on collision, so that hostile variety costs what it would without the cache. One thread.
/// </summary>
internal sealed class StringCache
{
    private const int Places = 4096;
    private readonly string?[] _strings = new string?[Places];

    public string Of(ReadOnlySpan<byte> octets, int longest)
    {
        if (octets.IsEmpty)
        {
            return "";
        }

        if (octets.Length > longest)
        {
            octets = octets[..longest];
        }

        var hash = 2166136261u;
        foreach (var b in octets)
        {
            hash = (hash ^ b) * 16777619u;
        }

        ref var place = ref _strings[(hash ^ (hash >> 15)) & (Places - 1)];
        return place is not null && Ascii.Equals(octets, place) ? place : place = EventText.Of(octets, longest);
    }
}

using SensorNet.Sensor.Decode;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs;

/// <summary>Sets the fields of an event from spans of its line, in the chain that makes it.</summary>
internal static class LogEventExtensions
{
    public static Event From(this Event e, IpAddress128 address, uint port = 0)
    {
        e.SourceIp = LogText.ToByteString(address);
        e.SourcePort = port;
        return e;
    }

    public static Event To(this Event e, IpAddress128 address, uint port = 0)
    {
        e.DestinationIp = LogText.ToByteString(address);
        e.DestinationPort = port;
        return e;
    }

    /// <summary>The source as an address, or as a name where it is none.</summary>
    public static Event FromHost(this Event e, ReadOnlySpan<byte> text, uint port = 0)
    {
        if (LogText.TryAddress(text, out var address))
        {
            return e.From(address, port);
        }

        e.SourceHost = LogText.ToText(text, 255);
        e.SourcePort = port;
        return e;
    }

    public static Event User(this Event e, ReadOnlySpan<byte> user)
    {
        e.User = LogText.ToText(user, 255);
        return e;
    }

    public static Event Because(this Event e, string reason)
    {
        e.Reason = reason;
        return e;
    }

    public static Event With(this Event e, string name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            e.Attributes[name] = LogText.ToText(value);
        }

        return e;
    }

    public static Event With(this Event e, string name, string value)
    {
        if (value.Length > 0)
        {
            e.Attributes[name] = value;
        }

        return e;
    }
}

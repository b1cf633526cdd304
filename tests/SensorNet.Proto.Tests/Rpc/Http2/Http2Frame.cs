using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SensorNet.Proto.Tests.Rpc.Http2;

/// <summary>One frame as it was on the wire.</summary>
internal sealed record Http2Frame(FrameType Type, byte Flags, int Stream, byte[] Payload)
{
    public const byte EndStream = 1;
    public const byte Ack = 1;
    public const byte EndHeaders = 4;
    public const byte Padded = 8;

    /// <summary>The error of a RST_STREAM or GOAWAY.</summary>
    public Http2Error Error => (Http2Error)BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(Type == FrameType.GoAway ? 4 : 0));

    /// <summary>The HTTP status of the first header block of a connection, for which no header is indexed yet.</summary>
    public int HttpStatus => Payload[0] switch
    {
        // RFC 7541 appendix A: 8 to 14 are whole fields, and the name alone stands before other codes.
        0x88 => 200,
        0x8C => 400,
        0x8D => 404,
        0x8E => 500,
        _ => int.Parse(Encoding.ASCII.GetString(Payload, 2, 3), CultureInfo.InvariantCulture),
    };

    /// <summary>The value of a header that was written as plain octets, or null.</summary>
    public string? Header(string name)
    {
        var at = Payload.AsSpan().IndexOf(Encoding.ASCII.GetBytes(name));
        return at < 0 ? null : Encoding.ASCII.GetString(Payload, at + name.Length + 1, Payload[at + name.Length]);
    }
}

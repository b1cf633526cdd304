using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Events;

/// <summary>Media, codecs and addresses of a session description (RFC 8866), nothing else of it.</summary>
internal static class SdpSummary
{
    private const int MostValues = 16;

    private static readonly (int Payload, string Codec)[] StaticPayloads =
    [
        (0, "PCMU"), (3, "GSM"), (4, "G723"), (8, "PCMA"), (9, "G722"), (13, "CN"), (15, "G728"), (18, "G729"), (26, "JPEG"), (31, "H261"), (34, "H263"),
    ];

    /// <summary>Null when the body is no session description.</summary>
    public static Sdp? Read(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("v=0"u8))
        {
            return null;
        }

        var sdp = new Sdp();
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'\n');
            var line = SipText.Trim(end < 0 ? body : body[..end]);
            body = end < 0 ? [] : body[(end + 1)..];
            if (line.Length < 3 || line[1] != (byte)'=')
            {
                continue;
            }

            var value = line[2..];
            switch (line[0])
            {
                case (byte)'m':
                    ReadMedia(sdp, value);
                    break;
                case (byte)'c':
                    AddDistinct(sdp.Addresses, Word(value, 2));
                    break;
                case (byte)'a' when value.StartsWith("rtpmap:"u8):
                    ReadMap(sdp, value[7..]);
                    break;
                default:
                    break;
            }
        }

        return sdp;
    }

    private static void ReadMedia(Sdp sdp, ReadOnlySpan<byte> value)
    {
        AddDistinct(sdp.Media, Word(value, 0));
        for (var i = 3; i < 3 + MostValues; i++)
        {
            var word = Word(value, i);
            if (word.IsEmpty)
            {
                return;
            }

            if (SipText.TryParseNumber(word, out var payload))
            {
                foreach (var (known, codec) in StaticPayloads)
                {
                    if ((ulong)known == payload && !sdp.Codecs.Contains(codec) && sdp.Codecs.Count < MostValues)
                    {
                        sdp.Codecs.Add(codec);
                    }
                }
            }
        }
    }

    private static void ReadMap(Sdp sdp, ReadOnlySpan<byte> value)
    {
        var name = Word(value, 1);
        var slash = name.IndexOf((byte)'/');
        AddDistinct(sdp.Codecs, slash < 0 ? name : name[..slash]);
    }

    private static void AddDistinct(Google.Protobuf.Collections.RepeatedField<string> values, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || values.Count >= MostValues)
        {
            return;
        }

        var text = EventText.Of(value, 64);
        if (!values.Contains(text))
        {
            values.Add(text);
        }
    }

    private static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> text, int number)
    {
        while (true)
        {
            var end = text.IndexOf((byte)' ');
            if (number == 0)
            {
                return end < 0 ? text : text[..end];
            }

            if (end < 0)
            {
                return [];
            }

            text = text[(end + 1)..];
            number--;
        }
    }
}

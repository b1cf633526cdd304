using System.Runtime.CompilerServices;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Events;

/// <summary>
/// Media, codecs and addresses of a session description (RFC 8866), nothing else of it. Used again for each description,
/// so that reading allocates nothing.
/// </summary>
internal sealed class SdpSummary
{
    private const int MostValues = 16;
    private const int LongestValue = 64;

    private static readonly (int Payload, byte[] Codec)[] StaticPayloads =
    [
        (0, "PCMU"u8.ToArray()), (3, "GSM"u8.ToArray()), (4, "G723"u8.ToArray()), (8, "PCMA"u8.ToArray()), (9, "G722"u8.ToArray()), (13, "CN"u8.ToArray()),
        (15, "G728"u8.ToArray()), (18, "G729"u8.ToArray()), (26, "JPEG"u8.ToArray()), (31, "H261"u8.ToArray()), (34, "H263"u8.ToArray()),
    ];

    private readonly TextBuffer _texts = new();
    private Values _media;
    private Values _codecs;
    private Values _addresses;

    public int CodecCount => _codecs.Count;

    public ReadOnlySpan<byte> Codec(int index) => _texts[_codecs[index]];

    /// <summary>False when the body is no session description.</summary>
    public bool Read(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("v=0"u8))
        {
            return false;
        }

        Clear();
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
                    ReadMedia(value);
                    break;
                case (byte)'c':
                    AddDistinct(ref _addresses, Word(value, 2));
                    break;
                case (byte)'a' when value.StartsWith("rtpmap:"u8):
                    ReadMap(value[7..]);
                    break;
                default:
                    break;
            }
        }

        return true;
    }

    /// <summary>Takes in codecs alone, with commas between them.</summary>
    public void ReadCodecs(ReadOnlySpan<byte> list)
    {
        Clear();
        foreach (var range in list.Split((byte)','))
        {
            if (_codecs.Count < MostValues)
            {
                _codecs.Add(_texts.Put(list[range], LongestValue));
            }
        }
    }

    public void Write(WireWriter wire, int field)
    {
        var start = wire.Open(field);
        WriteAll(wire, Sdp.MediaFieldNumber, _media);
        WriteAll(wire, Sdp.CodecsFieldNumber, _codecs);
        WriteAll(wire, Sdp.AddressesFieldNumber, _addresses);
        wire.Close(start);
    }

    private void WriteAll(WireWriter wire, int field, in Values values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            wire.OctetsAlways(field, _texts[values[i]]);
        }
    }

    private void Clear()
    {
        _texts.Clear();
        _media.Count = _codecs.Count = _addresses.Count = 0;
    }

    private void ReadMedia(ReadOnlySpan<byte> value)
    {
        AddDistinct(ref _media, Word(value, 0));
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
                    if ((ulong)known == payload)
                    {
                        AddDistinct(ref _codecs, codec);
                    }
                }
            }
        }
    }

    private void ReadMap(ReadOnlySpan<byte> value)
    {
        var name = Word(value, 1);
        var slash = name.IndexOf((byte)'/');
        AddDistinct(ref _codecs, slash < 0 ? name : name[..slash]);
    }

    private void AddDistinct(ref Values values, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || values.Count >= MostValues)
        {
            return;
        }

        var text = _texts.Put(value, LongestValue);
        for (var i = 0; i < values.Count; i++)
        {
            if (_texts[values[i]].SequenceEqual(_texts[text]))
            {
                return;
            }
        }

        values.Add(text);
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

    private struct Values
    {
        private List _list;
        public int Count;

        public readonly Text this[int index] => _list[index];

        public void Add(Text text) => _list[Count++] = text;

        [InlineArray(MostValues)]
        private struct List
        {
            private Text _first;
        }
    }
}

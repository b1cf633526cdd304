using System.Runtime.CompilerServices;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Events;

/// <summary>Writes the sentence for people straight into the event's buffer: <c>e.SetMessage($"...")</c>.</summary>
[InterpolatedStringHandler]
internal readonly ref struct SipEventMessage
{
    private readonly TextBuffer _texts;
    private readonly int _start;

    public SipEventMessage(int literalLength, int formattedCount, SipEvent e)
    {
        _texts = e.Texts;
        _start = _texts.Used;
    }

    public Text Text => _texts.Since(_start);

    public void AppendLiteral(string text) => _texts.Append(text);

    public void AppendFormatted(string text) => _texts.Append(text);

    public void AppendFormatted(Text text) => _texts.Append(text);

    public void AppendFormatted(ReadOnlySpan<byte> octets) => _texts.Append(octets);

    public void AppendFormatted(long value) => _texts.Append(value);

    public void AppendFormatted(ulong value) => _texts.Append(value);

    public void AppendFormatted(double value, string format) => _texts.Append(value, format);

    public void AppendFormatted(IpAddress128 address) => _texts.Append(address);

    /// <summary>The names, with commas between them.</summary>
    public void AppendFormatted(SipAnomalies anomalies)
    {
        var rest = anomalies;
        while (rest != SipAnomalies.None)
        {
            _texts.Append(rest == anomalies ? "" : ", ");
            _texts.Append(SipAnomalyNames.First(rest));
            rest = SipAnomalyNames.WithoutFirst(rest);
        }
    }
}

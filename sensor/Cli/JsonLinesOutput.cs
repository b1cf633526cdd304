using System.Buffers;
using System.Text.Json;
using SensorNet.Sensor.Uplink;
using SensorNet.V1;

namespace SensorNet.Sensor.Cli;

/// <summary>Events as JSON lines. Called from one thread.</summary>
internal sealed class JsonLinesOutput : IEventOutput, IDisposable
{
    private readonly Stream _stream;
    private readonly ArrayBufferWriter<byte> _buffer = new(512 << 10);
    private readonly Utf8JsonWriter _json;
    private ulong _last;

    public JsonLinesOutput(Stream stream)
    {
        _stream = stream;
        _json = EventJson.NewWriter(_buffer);
    }

    /// <summary>Events written.</summary>
    public ulong Count => _last;

    public bool TryAppend(Event e, ReadOnlyMemory<byte> mark)
    {
        e.Seq = ++_last;
        EventJson.Write(e, _json);
        _json.Reset();
        _buffer.Write("\n"u8);
        if (_buffer.WrittenCount > 256 << 10)
        {
            WriteOut();
        }

        return true;
    }

    public bool TryAppend(ReadOnlySpan<byte> octets) => TryAppend(Event.Parser.ParseFrom(octets), default);

    public void AppendMark(ReadOnlyMemory<byte> mark)
    {
    }

    /// <exception cref="IOException">Nobody reads any more, or the disk is full.</exception>
    public void Flush()
    {
        WriteOut();
        _stream.Flush();
    }

    public void Dispose()
    {
        _json.Dispose();
        _stream.Dispose();
    }

    private void WriteOut()
    {
        if (_buffer.WrittenCount > 0)
        {
            _stream.Write(_buffer.WrittenSpan);
            _buffer.ResetWrittenCount();
        }
    }
}

using System.Buffers;
using SensorNet.Sensor.Uplink;
using SensorNet.V1;

namespace SensorNet.Sensor.Cli;

/// <summary>Events as JSON lines. Called from one thread.</summary>
internal sealed class JsonLinesOutput(Stream stream) : IEventOutput, IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(64 << 10);
    private ulong _last;

    /// <summary>Events written.</summary>
    public ulong Count => _last;

    public bool TryAppend(Event e, ReadOnlyMemory<byte> mark)
    {
        e.Seq = ++_last;
        EventJson.Write(e, _buffer);
        _buffer.Write("\n"u8);
        if (_buffer.WrittenCount > 256 << 10)
        {
            WriteOut();
        }

        return true;
    }

    public void AppendMark(ReadOnlyMemory<byte> mark)
    {
    }

    /// <exception cref="IOException">Nobody reads any more, or the disk is full.</exception>
    public void Flush()
    {
        WriteOut();
        stream.Flush();
    }

    public void Dispose() => stream.Dispose();

    private void WriteOut()
    {
        if (_buffer.WrittenCount > 0)
        {
            stream.Write(_buffer.WrittenSpan);
            _buffer.ResetWrittenCount();
        }
    }
}

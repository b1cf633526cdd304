using System.Buffers.Binary;
using System.IO.Compression;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>
/// Reads pcap and pcapng, plain or gzip, from a file or a pipe. One buffer of 256 KiB is refilled in place and packets
/// are handed on as views into it: nothing is allocated per packet, and a packet costs two header reads. Lengths in the
/// file are never believed beyond <see cref="MaxPacketBytes"/>.
/// </summary>
internal sealed partial class CaptureFileReader : PacketSource
{
    /// <summary>The longest packet accepted (libpcap's own largest snap length is 262144).</summary>
    public const int MaxPacketBytes = 1 << 20;

    private const int BufferBytes = 256 * 1024;
    private const long NanosecondsPerSecond = 1_000_000_000;

    // 2200-01-01: a later time is damage, not a date, and would expire everything that is tracked.
    private const long LatestTime = 7_258_118_400 * NanosecondsPerSecond;

    private readonly Stream _stream;
    private byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;
    private long _bufferOffset;
    private bool _endOfStream;
    private long _lastTime;

    private CaptureFileReader(string name, Stream stream)
    {
        Name = name;
        _stream = stream;
    }

    /// <summary>The path, or <c>standard input</c>.</summary>
    public string Name { get; }

    /// <summary>Link type of the last packet.</summary>
    public LinkType LinkType { get; private set; }

    public long Packets { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Packets whose time was impossible (before 1970, after 2200) and that got the time of the one before.</summary>
    public long BadTimes { get; private set; }

    /// <summary>Set when the file ended in the middle of a packet; everything before it was handed over.</summary>
    public CaptureFileException? Truncation { get; private set; }

    private long Offset => _bufferOffset + _start;

    /// <summary>Opens a capture file; <c>-</c> is standard input.</summary>
    /// <exception cref="CaptureFileException">It does not exist, cannot be read, or is a directory.</exception>
    public static CaptureFileReader Open(string path)
    {
        if (path == "-")
        {
            return new CaptureFileReader("standard input", Unpack(Console.OpenStandardInput()));
        }

        try
        {
            return new CaptureFileReader(path, Unpack(new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.SequentialScan)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CaptureFileException(path, 0, $"cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Reads a capture that some other stream holds; the stream is closed with the reader.</summary>
    public static CaptureFileReader Open(string name, Stream stream) => new(name, Unpack(stream));

    /// <exception cref="CaptureFileException">
    /// The file is no capture, or damaged; packets before the damage were handed over. A file that merely ends too early
    /// does not throw but sets <see cref="Truncation"/>.
    /// </exception>
    public override void Run(IPacketHandler handler, CancellationToken cancellation)
    {
        if (!Fill(4))
        {
            throw Damage(_end == _start ? "the file is empty" : "the file is too short to be a capture");
        }

        var magic = BinaryPrimitives.ReadUInt32LittleEndian(Window);
        if (magic == SectionHeaderBlock)
        {
            RunPcapNg(handler, cancellation);
        }
        else
        {
            RunPcap(magic, handler, cancellation);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stream.Dispose();
        }

        base.Dispose(disposing);
    }

    private ReadOnlySpan<byte> Window => _buffer.AsSpan(_start, _end - _start);

    private static Stream Unpack(Stream stream)
    {
        var peeking = new PrefixStream(stream, 4);
        var head = peeking.Prefix;
        return head.Length >= 2 && head[0] == 0x1F && head[1] == 0x8B
            ? new GZipStream(peeking, CompressionMode.Decompress)
            : peeking;
    }

    private void Deliver(IPacketHandler handler, long time, LinkType linkType, int captured, long original)
    {
        if ((ulong)time > LatestTime)
        {
            BadTimes++;
            time = _lastTime;
        }

        _lastTime = time;
        LinkType = linkType;
        Packets++;
        Bytes += captured;
        handler.OnPacket(new CapturedPacket
        {
            Time = time,
            LinkType = linkType,
            Data = _buffer.AsSpan(_start, captured),
            OriginalLength = (int)Math.Clamp(original, captured, int.MaxValue),
        });
    }

    /// <summary>Makes <paramref name="count"/> octets available at <see cref="_start"/>; false when the file ends before.</summary>
    private bool Fill(int count)
    {
        if (_end - _start >= count)
        {
            return true;
        }

        return Refill(count);
    }

    private bool Refill(int count)
    {
        var kept = _end - _start;
        if (count > _buffer.Length)
        {
            Array.Resize(ref _buffer, MaxPacketBytes + 4096);
        }

        _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        _bufferOffset += _start;
        _start = 0;
        _end = kept;
        while (_end < count && !_endOfStream)
        {
            var read = ReadSome();
            _endOfStream = read == 0;
            _end += read;
        }

        return _end >= count;
    }

    private int ReadSome()
    {
        try
        {
            return _stream.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (InvalidDataException e)
        {
            throw new CaptureFileException(Name, _bufferOffset + _end, $"the compressed data is damaged: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CaptureFileException(Name, _bufferOffset + _end, $"cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Steps over octets that need not be in the buffer at once; false when the file ends before.</summary>
    private bool Skip(long count)
    {
        while (count > 0)
        {
            var step = (int)Math.Min(count, _end - _start);
            _start += step;
            count -= step;
            if (count > 0 && !Fill(1))
            {
                return false;
            }
        }

        return true;
    }

    private CaptureFileException Damage(string problem) => new(Name, Offset, problem);

    private void EndsTooEarly(string inside) =>
        Truncation = new CaptureFileException(
            Name, _bufferOffset + _end, $"the file ends inside {inside}; everything before was read ({Packets} packets)");
}

namespace SensorNet.Sensor.Capture;

/// <summary>A stream whose first octets can be looked at before it is read, although it cannot seek (a pipe).</summary>
internal sealed class PrefixStream : Stream
{
    private readonly Stream _inner;
    private readonly byte[] _prefix;
    private int _position;

    /// <summary>Reads up to <paramref name="length"/> octets of the inner stream, which this stream then owns.</summary>
    public PrefixStream(Stream inner, int length)
    {
        _inner = inner;
        var prefix = new byte[length];
        _prefix = prefix[..inner.ReadAtLeast(prefix, length, throwOnEndOfStream: false)];
    }

    /// <summary>The first octets; fewer than asked for when the stream is shorter.</summary>
    public ReadOnlySpan<byte> Prefix => _prefix;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_position == _prefix.Length)
        {
            return _inner.Read(buffer);
        }

        var rest = _prefix.AsSpan(_position);
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }
}

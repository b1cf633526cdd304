namespace SensorNet.Sensor.Logs;

/// <summary>
/// Cuts a stream of octets into lines of at most <see cref="MaxLine"/> octets. What a longer line has beyond that is thrown
/// away and its line is flagged; memory does not grow with the line. Line feed ends a line; a carriage return before it goes too.
/// </summary>
internal sealed class LineSplitter
{
    public const int MaxLine = 64 * 1024;

    private readonly byte[] _pending = new byte[MaxLine];
    private int _pendingLength;
    private long _lineStart;
    private bool _overflow;

    /// <summary>Takes a line.</summary>
    /// <param name="line">Without its end; valid during the call.</param>
    /// <param name="start">Offset of its first octet.</param>
    /// <param name="cut">Its end is missing.</param>
    public delegate void LineHandler(ReadOnlySpan<byte> line, long start, bool cut);

    /// <summary>Offset of the next octet.</summary>
    public long Position { get; private set; }

    /// <summary>Offset of the first octet of the line that has not ended yet.</summary>
    public long LineStart => _lineStart;

    /// <summary>Forgets what was begun and goes on at this offset, the start of a line.</summary>
    public void Reset(long position)
    {
        _pendingLength = 0;
        _overflow = false;
        Position = position;
        _lineStart = position;
    }

    public void Add(ReadOnlySpan<byte> octets, LineHandler handler)
    {
        while (!octets.IsEmpty)
        {
            var end = octets.IndexOf((byte)'\n');
            if (end < 0)
            {
                Keep(octets);
                Position += octets.Length;
                return;
            }

            Position += end + 1;
            if (_pendingLength == 0 && !_overflow && end <= MaxLine)
            {
                Give(octets[..end], cut: false, handler);
            }
            else
            {
                Keep(octets[..end]);
                Give(_pending.AsSpan(0, _pendingLength), _overflow, handler);
            }

            octets = octets[(end + 1)..];
        }
    }

    /// <summary>The stream ended: what is left is a line too.</summary>
    public void End(LineHandler handler)
    {
        if (_pendingLength > 0)
        {
            Give(_pending.AsSpan(0, _pendingLength), _overflow, handler);
        }
    }

    private void Give(ReadOnlySpan<byte> line, bool cut, LineHandler handler)
    {
        if (line is [.., (byte)'\r'])
        {
            line = line[..^1];
        }

        handler(line, _lineStart, cut);
        _pendingLength = 0;
        _overflow = false;
        _lineStart = Position;
    }

    private void Keep(ReadOnlySpan<byte> octets)
    {
        var room = MaxLine - _pendingLength;
        if (octets.Length > room)
        {
            octets = octets[..room];
            _overflow = true;
        }

        octets.CopyTo(_pending.AsSpan(_pendingLength));
        _pendingLength += octets.Length;
    }
}

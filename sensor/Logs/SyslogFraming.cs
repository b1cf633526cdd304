namespace SensorNet.Sensor.Logs;

/// <summary>
/// Cuts a syslog stream into messages (RFC 6587): octet-counted (<c>123 &lt;34&gt;1 ...</c>) or ended by line feed, told apart
/// message by message by their first octet, as a stream may mix them. A message beyond 64 KiB is cut. Memory is bounded.
/// </summary>
internal sealed class SyslogFraming
{
    private const int MaxMessage = LineSplitter.MaxLine;

    private readonly byte[] _pending = new byte[MaxMessage];
    private int _length;
    private long _left;
    private bool _cut;
    private State _state;

    private enum State : byte
    {
        Start,
        Count,
        Counted,
        Line,
    }

    public void Add(ReadOnlySpan<byte> octets, LineSplitter.LineHandler handler)
    {
        while (!octets.IsEmpty)
        {
            switch (_state)
            {
                case State.Start:
                    if (octets[0] is (byte)'\n' or (byte)'\r' or 0 or (byte)' ')
                    {
                        octets = octets[1..];
                        break;
                    }

                    _left = 0;
                    _length = 0;
                    _cut = false;
                    _state = octets[0] is >= (byte)'1' and <= (byte)'9' ? State.Count : State.Line;
                    break;
                case State.Count:
                    octets = Count(octets);
                    break;
                case State.Counted:
                    var take = (int)Math.Min(_left, octets.Length);
                    Keep(octets[..take]);
                    _left -= take;
                    octets = octets[take..];
                    if (_left == 0)
                    {
                        Give(handler);
                    }

                    break;
                default:
                    var end = octets.IndexOf((byte)'\n');
                    Keep(end < 0 ? octets : octets[..end]);
                    octets = end < 0 ? default : octets[(end + 1)..];
                    if (end >= 0)
                    {
                        Give(handler);
                    }

                    break;
            }
        }
    }

    /// <summary>The stream ended.</summary>
    public void End(LineSplitter.LineHandler handler)
    {
        if (_length > 0 && _state is State.Line or State.Counted)
        {
            Give(handler);
        }
    }

    // Digits and a space; anything else makes it a line that begins with digits.
    private ReadOnlySpan<byte> Count(ReadOnlySpan<byte> octets)
    {
        var b = octets[0];
        if (b is >= (byte)'0' and <= (byte)'9' && _length < 7)
        {
            _left = (_left * 10) + (b - '0');
            _pending[_length++] = b;
            return octets[1..];
        }

        if (b == ' ' && _left > 0)
        {
            _length = 0;
            _state = State.Counted;
            return octets[1..];
        }

        _state = State.Line;
        return octets;
    }

    private void Keep(ReadOnlySpan<byte> octets)
    {
        var room = MaxMessage - _length;
        if (octets.Length > room)
        {
            octets = octets[..room];
            _cut = true;
        }

        octets.CopyTo(_pending.AsSpan(_length));
        _length += octets.Length;
    }

    private void Give(LineSplitter.LineHandler handler)
    {
        handler(_pending.AsSpan(0, _length).TrimEnd("\r\n\0"u8), 0, _cut);
        _length = 0;
        _state = State.Start;
    }
}

namespace SensorNet.Sensor.Decode;

/// <summary>
/// Follows TCP directions and cuts whole messages out of them. Segments come in any order, twice or not at all: a hole is
/// waited for (<see cref="DecodeOptions.TcpGapTimeout"/>, or until the bounds are reached), then stepped over, and the
/// stream goes on at the next start line. In order and with whole messages nothing is copied. Streams are bounded in
/// number, the one idle longest making room, and in octets, each and altogether. Overlaps: what came first wins.
/// </summary>
internal sealed partial class TcpReassembler
{
    private const int MaxPendingSegments = 256;

    // Holes remembered for each stream.
    private const int MaxLostRanges = 16;

    // Beyond any window in use, so this is another connection with the same ports whose start was missed.
    private const int MaxJump = 1 << 24;

    // Time is looked at this often (packet time).
    private const long SweepInterval = 100_000_000;

    // A message that does not grow for 64*T1 (RFC 3261 section 17.1.1.1) will not be finished.
    private const long StallTimeout = 32_000_000_000;

    private readonly Dictionary<StreamKey, TcpStream> _byKey = new(new StreamKeyComparer());
    private readonly LinkedList<TcpStream> _byUse = new();
    private readonly List<TcpStream> _waiting = [];
    private readonly Stack<TcpStream> _free = new();
    private readonly BufferPool _pool;
    private readonly DecodeOptions _options;
    private readonly DecodeCounters _counters;
    private readonly PacketDecoder _decoder;
    private readonly long _gapTimeout;
    private readonly int _maxMessage;
    private long _bytes;
    private long _nextSweep;
    private long _time;
    private bool _delivered;

    public TcpReassembler(DecodeOptions options, DecodeCounters counters, BufferPool pool, PacketDecoder decoder)
    {
        _pool = pool;
        _options = options;
        _counters = counters;
        _decoder = decoder;
        _gapTimeout = (long)options.TcpGapTimeout.TotalNanoseconds;
        _maxMessage = options.MaxMessageBytes;
    }

    /// <summary>Takes one segment; every message that it completes has been handed on when this returns.</summary>
    public DecodeStatus Add(
        in StreamKey key,
        ushort vlan,
        StreamPorts ports,
        long time,
        uint sequence,
        TcpFlags flags,
        ReadOnlySpan<byte> payload,
        int wireLength)
    {
        Expire(time);
        _time = time;
        _delivered = false;
        var known = _byKey.TryGetValue(key, out var stream);
        if ((flags & TcpFlags.Rst) != 0)
        {
            if (known || ports != 0)
            {
                ReportReset(key, stream, vlan);
            }

            if (known)
            {
                Close(stream!);
            }

            return Outcome(DecodeStatus.NoPayload);
        }

        if ((flags & TcpFlags.Syn) != 0)
        {
            // Data on a SYN (RFC 7413) starts one behind it.
            sequence++;
            if (known && stream!.Next != sequence)
            {
                Close(stream);
                known = false;
            }

            if (!known && ports != 0)
            {
                stream = Open(key, ports, time, sequence, fromStart: true);
                stream.Side = (flags & TcpFlags.Ack) != 0 ? StreamSide.Server : StreamSide.Client;
                known = true;
            }
        }

        var finishes = (flags & TcpFlags.Fin) != 0 && (known || ports != 0);
        if (payload.IsEmpty)
        {
            if (finishes)
            {
                Report(ConnectionEvent.Finished, key, known ? stream!.Side : StreamSide.Unknown, vlan);
            }

            if (known && (flags & TcpFlags.Fin) != 0 && sequence == stream!.Next)
            {
                Close(stream);
            }

            return Outcome(ports == 0 && !known ? DecodeStatus.NotSelected : DecodeStatus.NoPayload);
        }

        if (!known)
        {
            if (!IsInteresting(ports, payload))
            {
                return DecodeStatus.NotSelected;
            }

            stream = Open(key, ports, time, sequence, fromStart: false);
            stream.Side = OppositeOf(key);
        }

        Touch(stream!, time);
        stream!.Vlan = vlan;
        stream.Used = true;
        var side = stream.Side;
        var status = Accept(stream, sequence, flags, payload, wireLength);
        if (finishes)
        {
            Report(ConnectionEvent.Finished, key, side, vlan);
        }

        return Outcome(status);
    }

    /// <summary>Does what is due: steps over holes that stayed open and hands on messages that stalled.</summary>
    public void Expire(long time)
    {
        if (time < _nextSweep && time > _nextSweep - PacketClock.Step)
        {
            return;
        }

        _nextSweep = time + SweepInterval;
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            // Closing moves the last stream into the closed one's place, which has been looked at already.
            if (i >= _waiting.Count)
            {
                continue;
            }

            var stream = _waiting[i];
            _time = time;
            if (stream.Pending.Count > 0 && time - stream.GapSince > _gapTimeout)
            {
                SkipGap(stream);
                Settle(stream);
            }
            else if (time - stream.LastTime > StallTimeout)
            {
                FlushMessage(stream);
                Settle(stream);
            }
        }

        ReportSizes();
    }

    /// <summary>No packet will follow: hands on what is left and forgets everything.</summary>
    public void Finish()
    {
        while (_byUse.First is { } node)
        {
            _time = node.Value.LastTime;
            Close(node.Value);
        }

        ReportSizes();
    }

    private DecodeStatus Outcome(DecodeStatus status)
    {
        ReportSizes();
        return _delivered ? DecodeStatus.Delivered : status;
    }

    private void ReportSizes()
    {
        _counters.TcpStreamsOpen = _byKey.Count;
        _counters.TcpBytes = _bytes;
    }

    private DecodeStatus Accept(TcpStream stream, uint sequence, TcpFlags flags, ReadOnlySpan<byte> payload, int wireLength)
    {
        var ahead = (int)(sequence - stream.Next);
        if (Math.Abs((long)ahead) > MaxJump)
        {
            FlushMessage(stream);
            DropPending(stream);
            stream.Lost.Clear();
            stream.Next = sequence;
            stream.Kind = StreamKind.Undecided;
            stream.Upgraded = false;
            stream.FromStart = false;
            ahead = 0;
        }

        if (ahead > 0)
        {
            _counters.TcpOutOfOrder++;
            Hold(stream, sequence, payload, wireLength);
            Settle(stream);
            return DecodeStatus.SegmentHeld;
        }

        if (-ahead >= wireLength)
        {
            if (stream.Lost.Count > 0 && TakeLost(stream, sequence, wireLength))
            {
                FrameLate(stream, payload);
            }
            else
            {
                _counters.TcpRetransmissions++;
            }

            return DecodeStatus.SegmentHeld;
        }

        if (ahead < 0)
        {
            _counters.TcpRetransmissions++;
        }

        Take(stream, sequence, payload, wireLength);
        Drain(stream);
        var status = stream.Kind == StreamKind.Tls ? DecodeStatus.UndecodableTls : DecodeStatus.SegmentHeld;
        if ((flags & TcpFlags.Fin) != 0 && stream.Pending.Count == 0)
        {
            Close(stream);
        }
        else
        {
            Settle(stream);
        }

        return status;
    }

    // The segment starts at or before the next octet and ends behind it.
    private void Take(TcpStream stream, uint sequence, ReadOnlySpan<byte> payload, int wireLength)
    {
        var old = (int)(stream.Next - sequence);
        var end = sequence + (uint)wireLength;
        if (old < payload.Length)
        {
            var fresh = payload[old..];
            stream.Next += (uint)fresh.Length;
            Append(stream, fresh);
        }

        var cut = (int)(end - stream.Next);
        if (cut > 0)
        {
            // The capture kept only the segment's beginning.
            Lose(stream, cut);
        }
    }

    private void Append(TcpStream stream, ReadOnlySpan<byte> data)
    {
        if (stream.Length == 0)
        {
            data = data[Frame(stream, data)..];
        }

        while (!data.IsEmpty)
        {
            var room = Math.Max(_maxMessage - stream.Length, 0);
            var step = Math.Min(room, data.Length);
            Store(stream, data[..step]);
            data = data[step..];
            var used = Frame(stream, stream.Buffer.AsSpan(0, stream.Length));
            if (used == 0 && step == 0)
            {
                // The framer always moves on when it has a whole message's worth; this only guards the loop.
                used = stream.Length;
                stream.InMessage = false;
                stream.Needed = 0;
            }

            if (used > 0)
            {
                stream.Buffer.AsSpan(used, stream.Length - used).CopyTo(stream.Buffer);
                stream.Length -= used;
            }
        }

        if (stream.Length == 0)
        {
            _bytes -= stream.Buffer.Length;
            stream.Buffer = Give(stream.Buffer);
        }
    }

    private void Store(TcpStream stream, ReadOnlySpan<byte> data)
    {
        var needed = stream.Length + data.Length;
        if (needed > stream.Buffer.Length)
        {
            var bigger = _pool.Rent(Math.Max(needed, 2048));
            stream.Buffer.AsSpan(0, stream.Length).CopyTo(bigger);
            _bytes += bigger.Length - stream.Buffer.Length;
            Give(stream.Buffer);
            stream.Buffer = bigger;
        }

        data.CopyTo(stream.Buffer.AsSpan(stream.Length));
        stream.Length = needed;
    }

    private byte[] Give(byte[] buffer)
    {
        _pool.Return(buffer);
        return [];
    }
}

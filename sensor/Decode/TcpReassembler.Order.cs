namespace SensorNet.Sensor.Decode;

/// <summary>Segments that came too early, holes that stay, and segments that fill them too late.</summary>
internal sealed partial class TcpReassembler
{
    private void Drain(TcpStream stream)
    {
        while (stream.Pending.Count > 0)
        {
            var segment = stream.Pending[0];
            var ahead = (int)(segment.Sequence - stream.Next);
            if (ahead > 0)
            {
                return;
            }

            stream.Pending.RemoveAt(0);
            stream.PendingBytes -= segment.Data.Length;
            _bytes -= segment.Data.Length;
            if (-ahead < segment.WireLength)
            {
                Take(stream, segment.Sequence, segment.Data.AsSpan(0, segment.Length), segment.WireLength);
            }

            _pool.Return(segment.Data);
        }

        stream.GapSince = -1;
    }

    private void Hold(TcpStream stream, uint sequence, ReadOnlySpan<byte> payload, int wireLength)
    {
        var pending = stream.Pending;
        var at = pending.Count;
        while (at > 0 && (int)(sequence - pending[at - 1].Sequence) < 0)
        {
            at--;
        }

        if (at > 0 && (int)(pending[at - 1].Sequence + (uint)pending[at - 1].WireLength - sequence) >= wireLength)
        {
            _counters.TcpRetransmissions++;
            return;
        }

        var data = _pool.Rent(payload.Length);
        payload.CopyTo(data);
        pending.Insert(at, new TcpSegment(sequence, payload.Length, wireLength, data));
        stream.PendingBytes += data.Length;
        _bytes += data.Length;
        if (stream.GapSince < 0)
        {
            stream.GapSince = _time;
        }

        if (pending.Count > MaxPendingSegments || stream.HeldBytes > _options.MaxTcpStreamBytes)
        {
            SkipGap(stream);
        }
    }

    private void SkipGap(TcpStream stream)
    {
        var missing = (int)(stream.Pending[0].Sequence - stream.Next);
        if (missing > 0)
        {
            Lose(stream, missing);
        }

        Drain(stream);
        if (stream.Pending.Count > 0)
        {
            stream.GapSince = _time;
        }
    }

    // Whether a late segment lies in a hole that was stepped over; it does so only once.
    private static bool TakeLost(TcpStream stream, uint sequence, int length)
    {
        for (var i = 0; i < stream.Lost.Count; i++)
        {
            var (start, end) = stream.Lost[i];
            var after = (int)(sequence - start);
            var before = (int)(end - sequence) - length;
            if (after < 0 || before < 0)
            {
                continue;
            }

            stream.Lost.RemoveAt(i);
            if (after > 0)
            {
                stream.Lost.Add((start, sequence));
            }

            if (before > 0)
            {
                stream.Lost.Add((sequence + (uint)length, end));
            }

            return true;
        }

        return false;
    }

    private void Lose(TcpStream stream, int missing)
    {
        if (stream.Lost.Count >= MaxLostRanges)
        {
            stream.Lost.RemoveAt(0);
        }

        stream.Lost.Add((stream.Next, stream.Next + (uint)missing));
        _counters.TcpGaps++;
        _counters.TcpGapBytes += missing;
        stream.Next += (uint)missing;
        BridgeGap(stream, missing);
    }
}

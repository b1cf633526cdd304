namespace SensorNet.Sensor.Decode;

/// <summary>The streams themselves: opening, closing, and which one makes room.</summary>
internal sealed partial class TcpReassembler
{
    private TcpStream Open(in StreamKey key, StreamPorts ports, long time, uint next, bool fromStart)
    {
        if (_byKey.Count >= _options.MaxTcpStreams)
        {
            _counters.TcpEvictions++;
            Close(_byUse.First!.Value);
        }

        if (!_free.TryPop(out var stream))
        {
            stream = new TcpStream();
        }

        stream.Key = key;
        stream.Ports = ports;
        stream.Next = next;
        stream.FromStart = fromStart;
        stream.LastTime = time;
        stream.GapSince = -1;
        _byKey.Add(key, stream);

        // A connection that has carried nothing yet is the first to make room: a flood of SYNs pushes out only SYNs.
        if (fromStart)
        {
            _byUse.AddFirst(stream.Node);
        }
        else
        {
            _byUse.AddLast(stream.Node);
        }

        return stream;
    }

    private void Touch(TcpStream stream, long time)
    {
        stream.LastTime = time;
        if (_byUse.Last != stream.Node)
        {
            _byUse.Remove(stream.Node);
            _byUse.AddLast(stream.Node);
        }
    }

    // Enters or leaves the list of streams that time may change, and keeps the octets held within bounds.
    private void Settle(TcpStream stream)
    {
        if (stream.IsWaiting)
        {
            if (stream.WaitingIndex < 0)
            {
                stream.WaitingIndex = _waiting.Count;
                _waiting.Add(stream);
            }
        }
        else
        {
            LeaveWaiting(stream);
        }

        while (_bytes > _options.MaxTcpBytes && _waiting.Count > 0)
        {
            _counters.TcpEvictions++;
            Close(OldestWaiting());
        }
    }

    // A handful of looks at random would do as well; the list is only searched when memory has run out, and each search
    // frees a stream's worth of it.
    private TcpStream OldestWaiting()
    {
        var oldest = _waiting[0];
        for (var i = 1; i < Math.Min(_waiting.Count, 64); i++)
        {
            if (_waiting[i].LastTime < oldest.LastTime)
            {
                oldest = _waiting[i];
            }
        }

        return oldest;
    }

    private void LeaveWaiting(TcpStream stream)
    {
        var index = stream.WaitingIndex;
        if (index < 0)
        {
            return;
        }

        var last = _waiting[^1];
        _waiting[index] = last;
        last.WaitingIndex = index;
        _waiting.RemoveAt(_waiting.Count - 1);
        stream.WaitingIndex = -1;
    }

    private void Close(TcpStream stream)
    {
        while (stream.Pending.Count > 0)
        {
            SkipGap(stream);
        }

        FlushMessage(stream);
        LeaveWaiting(stream);
        _byKey.Remove(stream.Key);
        _byUse.Remove(stream.Node);
        stream.Kind = StreamKind.Undecided;
        stream.Side = StreamSide.Unknown;
        stream.Used = false;
        stream.Proven = false;
        stream.JunkReported = false;
        stream.AfterGap = false;
        stream.Upgraded = false;
        stream.Lost.Clear();
        _free.Push(stream);
    }

    private void DropPending(TcpStream stream)
    {
        foreach (var segment in stream.Pending)
        {
            _bytes -= segment.Data.Length;
            _pool.Return(segment.Data);
        }

        stream.Pending.Clear();
        stream.PendingBytes = 0;
        stream.GapSince = -1;
    }

    // Forgets the message under way.
    private void ResetMessage(TcpStream stream)
    {
        _bytes -= stream.Buffer.Length + stream.Partial.Length;
        stream.Buffer = Give(stream.Buffer);
        stream.Partial = Give(stream.Partial);
        stream.Length = 0;
        stream.PartialLength = 0;
        stream.InMessage = false;
        stream.Needed = 0;
        stream.ScanFrom = 0;
        stream.Skip = 0;
        stream.Compressed = false;
    }
}

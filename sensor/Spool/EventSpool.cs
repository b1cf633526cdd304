using Google.Protobuf;
using SensorNet.Sensor.Uplink;
using SensorNet.V1;

namespace SensorNet.Sensor.Spool;

/// <summary>
/// Every event between its making and its acknowledgement. Each one is numbered and written to a segment file before the
/// uplink sees it, whether the collector is there or not: what was written survives the end of the process at any
/// moment, costs one write per batch, and is read back from the page cache. Acknowledged events are kept up to a size,
/// to refill a collector that lost some; beyond the size cap the oldest go, and are counted.
/// While the disk takes nothing (full, failing), events stay in memory up to a bound and flow to the collector from there;
/// what is still in memory is written as soon as the disk takes it.
/// One thread appends; any number read; all members are thread-safe.
/// </summary>
internal sealed partial class EventSpool : IEventOutput, IDisposable
{
    private const int MaxRecentMarks = 4096;

    // Field number and wire type of Event.seq.
    private const byte SequenceTag = Event.SeqFieldNumber << 3;

    private readonly SpoolOptions _options;
    private readonly TimeProvider _time;
    private readonly ISpoolMarks? _marks;
    private readonly Lock _gate = new();
    private readonly Lock _upkeep = new();
    private readonly List<SpoolSegment> _segments = [];

    // Records not on disk yet: [_pendingStart, _pendingEnd).
    private byte[] _pending = new byte[64 << 10];
    private int _pendingStart;
    private int _pendingEnd;
    private ulong _pendingFirst;
    private ulong _pendingEvents;

    // The newest marks whose events are not acknowledged; older ones are released with their segments.
    private readonly Queue<(ulong Seq, ReadOnlyMemory<byte> Mark)> _recentMarks = [];

    private ulong _epoch;
    private ulong _last;
    private ulong _acked;
    private ulong _recoveredLast;
    private ulong _sent;
    private ulong _dropped;
    private ulong _damaged;
    private ulong _oversize;
    private ulong _writeFailures;
    private string? _diskError;
    private long _retryAt;
    private bool _closed;
    private string? _savedState;

    private EventSpool(SpoolOptions options, TimeProvider time, ISpoolMarks? marks)
    {
        _options = options;
        _time = time;
        _marks = marks;
    }

    /// <summary>Fires when something was appended or acknowledged.</summary>
    public Pulse Changed { get; } = new();

    public ulong Epoch
    {
        get
        {
            lock (_gate)
            {
                return _epoch;
            }
        }
    }

    public ulong Last
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    public ulong Acknowledged
    {
        get
        {
            lock (_gate)
            {
                return _acked;
            }
        }
    }

    /// <summary>
    /// Numbers an event and takes it in. It is readable at once and safe after the next <see cref="Flush"/>.
    /// </summary>
    /// <returns>False: the disk takes nothing and memory is full; the event is untouched and may be tried again.</returns>
    public bool TryAppend(Event e, ReadOnlyMemory<byte> mark)
    {
        lock (_gate)
        {
            e.Seq = _last + 1;
            var length = e.CalculateSize();
            if (length > SpoolRecord.MaxEventLength)
            {
                Shorten(e);
                length = e.CalculateSize();
                _oversize++;
            }

            var markLength = mark.Length > SpoolRecord.MaxMarkLength ? 0 : mark.Length;
            var size = SpoolRecord.Size(markLength, length);
            if (!Reserve(size))
            {
                return false;
            }

            var record = _pending.AsSpan(_pendingEnd, size);
            mark.Span[..markLength].CopyTo(record[SpoolRecord.HeaderLength..]);
            e.WriteTo(record[(SpoolRecord.HeaderLength + markLength)..]);
            Take(record, markLength);
            Remember(e.Seq, mark);
            return true;
        }
    }

    /// <inheritdoc cref="TryAppend(Event, ReadOnlyMemory{byte})"/>
    public bool TryAppend(ReadOnlySpan<byte> octets)
    {
        lock (_gate)
        {
            var sequenceLength = 1 + CodedOutputStream.ComputeUInt64Size(_last + 1);
            if (sequenceLength + octets.Length > SpoolRecord.MaxEventLength)
            {
                return TryAppend(Event.Parser.ParseFrom(octets), default);
            }

            var size = SpoolRecord.Size(0, sequenceLength + octets.Length);
            if (!Reserve(size))
            {
                return false;
            }

            // The sequence goes in front, where a writer that keeps the order of the field numbers puts it.
            var record = _pending.AsSpan(_pendingEnd, size);
            var at = SpoolRecord.HeaderLength;
            record[at++] = SequenceTag;
            for (var rest = _last + 1; ; rest >>= 7)
            {
                record[at++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
                if (rest < 0x80)
                {
                    break;
                }
            }

            octets.CopyTo(record[at..]);
            Take(record, 0);
            return true;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Lost without harm when there is no room: the record is read and left out again.</remarks>
    public void AppendMark(ReadOnlyMemory<byte> mark)
    {
        if (mark.IsEmpty || mark.Length > SpoolRecord.MaxMarkLength)
        {
            return;
        }

        lock (_gate)
        {
            var size = SpoolRecord.Size(mark.Length, 0);
            if (_last == 0 || !Reserve(size))
            {
                return;
            }

            var record = _pending.AsSpan(_pendingEnd, size);
            mark.Span.CopyTo(record[SpoolRecord.HeaderLength..]);
            SpoolRecord.Seal(record, _last, mark.Length);
            _pendingEnd += size;
            Remember(_last, mark);
        }
    }

    /// <summary>Writes what was appended and wakes readers. A disk that refuses is counted, never thrown.</summary>
    public void Flush()
    {
        bool overfull;
        lock (_gate)
        {
            WritePending();
            overfull = _segments.Count > 1 && DiskBytes() > _options.MaxBytes;
        }

        Changed.Fire();
        if (overfull)
        {
            Trim();
        }
    }

    /// <summary>Everything up to here is durable at the collector.</summary>
    public void Acknowledge(ulong seq)
    {
        lock (_gate)
        {
            seq = Math.Min(seq, _last);
            if (seq <= _acked)
            {
                return;
            }

            _acked = seq;
            ReleaseMarks();
            if (_diskError is not null)
            {
                ReleasePending();
            }
        }

        Changed.Fire();
    }

    /// <summary>Up to here events have been given to a collector.</summary>
    public void NoteSent(ulong seq)
    {
        lock (_gate)
        {
            _sent = Math.Max(_sent, seq);
        }
    }

    /// <summary>
    /// Whether a collector that knows this sequence knows more of this epoch than the spool can have sent: its end was
    /// lost (power cut, folder put back from a copy), and numbers would be used twice.
    /// </summary>
    public bool HasLost(ulong known)
    {
        lock (_gate)
        {
            return known > Math.Max(_recoveredLast, _sent);
        }
    }

    public SpoolStatistics GetStatistics()
    {
        lock (_gate)
        {
            return new SpoolStatistics(
                _epoch,
                FirstAvailable(),
                _last,
                _acked,
                DiskBytes(),
                _pendingEnd - _pendingStart,
                _dropped,
                _damaged,
                _writeFailures,
                _diskError);
        }
    }

    /// <summary>Lowest sequence from which everything up to the end can be sent, but for what was acknowledged.</summary>
    public ulong FirstSendable()
    {
        lock (_gate)
        {
            return FirstAvailable();
        }
    }

    /// <summary>Writes, forces to the disk, and remembers what was acknowledged.</summary>
    public void Dispose()
    {
        lock (_upkeep)
        {
            lock (_gate)
            {
                if (_closed)
                {
                    return;
                }

                _closed = true;
                _retryAt = 0;
                WritePending();
            }

            Sync();
            SaveState();
            lock (_gate)
            {
                foreach (var segment in _segments)
                {
                    segment.Dispose();
                }
            }
        }
    }

    // The record of the next sequence is in place.
    private void Take(Span<byte> record, int markLength)
    {
        SpoolRecord.Seal(record, ++_last, markLength);
        if (_pendingEvents++ == 0)
        {
            _pendingFirst = _last;
        }

        _pendingEnd += record.Length;
    }

    // What an event can do without, so that one that is too long still tells what happened.
    private static void Shorten(Event e)
    {
        e.Raw = ByteString.Empty;
        e.Attributes.Clear();
        e.Sip?.Messages.Clear();
        e.Sip?.Trace.Clear();
        e.Sip?.Via.Clear();
        e.Sip?.Contact.Clear();
        if (e.Message.Length > 1024)
        {
            e.Message = e.Message[..1024];
        }
    }

    private void Remember(ulong seq, ReadOnlyMemory<byte> mark)
    {
        if (_marks is null || mark.IsEmpty)
        {
            return;
        }

        if (_recentMarks.Count >= MaxRecentMarks)
        {
            _recentMarks.Dequeue();
        }

        _recentMarks.Enqueue((seq, mark));
    }

    private void ReleaseMarks()
    {
        while (_recentMarks.TryPeek(out var oldest) && oldest.Seq <= _acked)
        {
            _marks!.Released(oldest.Mark.Span);
            _recentMarks.Dequeue();
        }
    }

    private long DiskBytes()
    {
        long bytes = 0;
        foreach (var segment in _segments)
        {
            bytes += segment.Length;
        }

        return bytes;
    }

    private long UnacknowledgedBytes()
    {
        long bytes = 0;
        foreach (var segment in _segments)
        {
            bytes += segment.LastSeq > _acked ? segment.Length : 0;
        }

        return bytes;
    }

    // Holes (damage, dropped segments) before the acknowledged point do not matter; a reader starts behind the last of
    // them, so that what it sends has no gap that the collector would wait for.
    private ulong FirstAvailable()
    {
        ulong first = 0;
        ulong end = 0;
        foreach (var segment in _segments)
        {
            if (segment.Events == 0)
            {
                continue;
            }

            if (first == 0 || (segment.FirstSeq != end + 1 && end <= _acked))
            {
                first = segment.FirstSeq;
            }

            end = segment.LastSeq;
        }

        if (_pendingEvents > 0 && (first == 0 || (_pendingFirst != end + 1 && end <= _acked)))
        {
            first = _pendingFirst;
        }

        return first == 0 ? _last + 1 : first;
    }

    private bool Reserve(int size)
    {
        var used = _pendingEnd - _pendingStart;
        if (_options.NeverDrop && used == 0 && UnacknowledgedBytes() > _options.MaxBytes)
        {
            return false;
        }

        if (used + size > Math.Max(_options.MemoryBytes, size))
        {
            return false;
        }

        if (_pendingEnd + size > _pending.Length)
        {
            var target = used + size > _pending.Length ? new byte[Math.Max(_pending.Length * 2, used + size)] : _pending;
            _pending.AsSpan(_pendingStart, used).CopyTo(target);
            _pending = target;
            _pendingStart = 0;
            _pendingEnd = used;
        }

        return true;
    }
}

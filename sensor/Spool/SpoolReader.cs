using Microsoft.Win32.SafeHandles;

namespace SensorNet.Sensor.Spool;

/// <summary>
/// Reads a spool from any sequence on, in order. Holds its own file handle, so that removal of a segment does not disturb
/// it. One thread.
/// </summary>
internal sealed class SpoolReader(EventSpool spool) : IDisposable
{
    private readonly byte[] _buffer = new byte[SpoolRecord.MaxEventLength + SpoolRecord.MaxMarkLength + SpoolRecord.HeaderLength];
    private SpoolSegment? _segment;
    private SafeFileHandle? _handle;
    private long _position;
    private int _start;
    private int _end;

    /// <summary>The sequence that comes next; higher than asked for where events are gone.</summary>
    public ulong NextSeq { get; private set; } = 1;

    /// <summary>Goes to a sequence.</summary>
    public void Seek(ulong seq)
    {
        NextSeq = Math.Max(1, seq);
        Leave();
    }

    /// <summary>Goes forward to a sequence, cheaply when it is the next.</summary>
    public void SkipTo(ulong seq)
    {
        if (seq != NextSeq)
        {
            Seek(seq);
        }
    }

    /// <summary>Adds what follows to an empty batch, until it has so many events or octets or there is no more.</summary>
    /// <returns>Whether the batch has any. Its first sequence is beyond the expected one where events are gone.</returns>
    public bool Read(SpoolBatch batch, int maxEvents, int maxBytes)
    {
        while (batch.Count < maxEvents && batch.Bytes < maxBytes)
        {
            var place = spool.Locate(NextSeq, batch, maxEvents, maxBytes, out var segment, out var validLength);
            if (place == SpoolPlace.End)
            {
                break;
            }

            if (place == SpoolPlace.Memory)
            {
                if (batch.Count > 0)
                {
                    NextSeq = batch.LastSeq + 1;
                }

                break;
            }

            // Locate never moves backwards; a gap ends the batch, because sequences within one are consecutive.
            if (segment!.FirstSeq > NextSeq)
            {
                if (batch.Count > 0)
                {
                    break;
                }

                NextSeq = segment.FirstSeq;
            }

            var before = NextSeq;
            if (!ReadSegment(segment, validLength, batch, maxEvents, maxBytes) || NextSeq == before)
            {
                spool.Damaged(segment, NextSeq);
                Leave();
                if (batch.Count > 0)
                {
                    break;
                }
            }
        }

        return batch.Count > 0;
    }

    public void Dispose() => Leave();

    private void Leave()
    {
        _handle?.Dispose();
        _handle = null;
        _segment = null;
        _start = _end = 0;
    }

    // False: the segment cannot be read up to where it should be.
    private bool ReadSegment(SpoolSegment segment, long validLength, SpoolBatch batch, int maxEvents, int maxBytes)
    {
        try
        {
            if (!ReferenceEquals(_segment, segment))
            {
                Leave();
                _handle = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                _segment = segment;
                _position = SpoolSegment.HeaderLength;
            }

            while (batch.Count < maxEvents && batch.Bytes < maxBytes)
            {
                var status = SpoolRecord.Read(_buffer.AsSpan(_start.._end), out var record);
                if (status == SpoolRecordStatus.Whole)
                {
                    if (record.IsEvent && record.Seq == NextSeq)
                    {
                        batch.Add(record.Seq, record.Payload);
                        NextSeq++;
                    }
                    else if (record.Seq > NextSeq)
                    {
                        return false;
                    }

                    _start += record.Size;
                    continue;
                }

                if (status == SpoolRecordStatus.Damaged)
                {
                    return false;
                }

                _buffer.AsSpan(_start.._end).CopyTo(_buffer);
                _end -= _start;
                _start = 0;
                var wanted = (int)Math.Min(_buffer.Length - _end, validLength - _position);
                if (wanted <= 0)
                {
                    return _end == 0;
                }

                var read = RandomAccess.Read(_handle!, _buffer.AsSpan(_end, Math.Min(wanted, 128 << 10)), _position);
                if (read == 0)
                {
                    return false;
                }

                _end += read;
                _position += read;
            }

            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

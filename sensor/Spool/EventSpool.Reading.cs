namespace SensorNet.Sensor.Spool;

/// <content>What a <see cref="SpoolReader"/> asks.</content>
internal sealed partial class EventSpool
{
    /// <summary>
    /// Finds the first event at or after a sequence. On disk: tells the segment and how much of it is valid. In memory:
    /// adds it and what follows to the batch, if it continues the batch.
    /// </summary>
    internal SpoolPlace Locate(
        ulong seq, SpoolBatch batch, int maxEvents, int maxBytes, out SpoolSegment? segment, out long validLength)
    {
        lock (_gate)
        {
            segment = null;
            validLength = 0;
            for (var i = _segments.Count - 1; i >= 0; i--)
            {
                if (_segments[i].LastSeq < seq)
                {
                    break;
                }

                if (_segments[i].Events > 0)
                {
                    segment = _segments[i];
                }
            }

            if (segment is not null)
            {
                validLength = segment.Length;
                return SpoolPlace.Segment;
            }

            if (_pendingEvents == 0 || seq > _last)
            {
                return SpoolPlace.End;
            }

            CopyPending(Math.Max(seq, _pendingFirst), batch, maxEvents, maxBytes);
            return SpoolPlace.Memory;
        }
    }

    /// <summary>A segment cannot be read from this sequence on: what it held beyond is given up and counted.</summary>
    internal void Damaged(SpoolSegment segment, ulong seq)
    {
        lock (_gate)
        {
            if (segment.LastSeq >= seq && _segments.Contains(segment))
            {
                _damaged += segment.LastSeq - seq + 1;
                segment.LastSeq = seq - 1;
                segment.Seal();
            }
        }
    }

    private void CopyPending(ulong seq, SpoolBatch batch, int maxEvents, int maxBytes)
    {
        if (batch.Count > 0 && batch.LastSeq + 1 != seq)
        {
            return;
        }

        var at = _pendingStart;
        while (at < _pendingEnd && batch.Count < maxEvents && batch.Bytes < maxBytes
            && SpoolRecord.Read(_pending.AsSpan(at.._pendingEnd), out var record) == SpoolRecordStatus.Whole)
        {
            if (record.IsEvent && record.Seq >= seq)
            {
                batch.Add(record.Seq, record.Payload);
            }

            at += record.Size;
        }
    }
}

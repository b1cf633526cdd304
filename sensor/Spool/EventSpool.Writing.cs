namespace SensorNet.Sensor.Spool;

/// <content>Pending records to segments. Everything here runs under the lock.</content>
internal sealed partial class EventSpool
{
    private void WritePending()
    {
        if (_diskError is null ? _pendingEnd == _pendingStart : _time.GetTimestamp() < _retryAt)
        {
            return;
        }

        try
        {
            // After a failure also with nothing to write: whether the disk takes a segment's header is what is asked.
            var segment = ActiveSegment();
            segment.Append(_pending.AsSpan(_pendingStart.._pendingEnd), _pendingEvents > 0 ? _last : segment.LastSeq);
            _pendingStart = _pendingEnd = 0;
            _pendingEvents = 0;
            _diskError = null;
            if (_pending.Length > 1 << 20)
            {
                _pending = new byte[64 << 10];
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            _writeFailures++;
            _diskError = refused.Message;
            _retryAt = _time.GetTimestamp() + (long)(_options.RetryInterval.TotalSeconds * _time.TimestampFrequency);
        }
    }

    // Sequences within a segment have no gap, so one that the pending records do not continue is closed.
    private SpoolSegment ActiveSegment()
    {
        var next = _pendingEvents > 0 ? _pendingFirst : _last + 1;
        if (_segments is [.., { WriteHandle: not null } active]
            && active.LastSeq + 1 == next
            && active.Length < _options.SegmentBytes)
        {
            return active;
        }

        var made = SpoolSegment.Create(_options.Directory, _epoch, next, Now());
        if (_segments is [.., var before])
        {
            before.Seal();
            if (before.Events == 0)
            {
                _segments.RemoveAt(_segments.Count - 1);
                if (!string.Equals(before.Path, made.Path, StringComparison.Ordinal))
                {
                    File.Delete(before.Path);
                }
            }
        }

        _segments.Add(made);
        return made;
    }

    // While the disk takes nothing, what was acknowledged from memory needs no writing any more.
    private void ReleasePending()
    {
        while (_pendingStart < _pendingEnd
            && SpoolRecord.Read(_pending.AsSpan(_pendingStart.._pendingEnd), out var record) == SpoolRecordStatus.Whole
            && record.Seq <= _acked)
        {
            if (!record.Mark.IsEmpty)
            {
                _marks?.Released(record.Mark);
            }

            if (record.IsEvent)
            {
                _pendingEvents--;
                _pendingFirst = record.Seq + 1;
            }

            _pendingStart += record.Size;
        }
    }

    private long Now() => (_time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
}

using SensorNet.V1;

namespace SensorNet.Sensor.Spool;

/// <content>Beginning a new epoch.</content>
internal sealed partial class EventSpool
{
    /// <summary>
    /// Gives the events made since the spool was opened new numbers in a new epoch, because the collector has others under
    /// theirs. What the last run left is the collector's already, or it would not know what came after.
    /// The state file's new epoch is the moment of change: before it the old segments count, after it the new ones.
    /// </summary>
    public void StartNewEpoch()
    {
        lock (_upkeep)
        {
            lock (_gate)
            {
                _retryAt = 0;
                WritePending();
            }

            // Appending waits meanwhile: this happens once after a power cut.
            lock (_gate)
            {
                var old = _segments.ToArray();
                var pending = _pending.AsSpan(_pendingStart.._pendingEnd).ToArray();
                var from = _recoveredLast;
                _epoch = NewEpoch(_epoch);
                _segments.Clear();
                _pendingStart = _pendingEnd = 0;
                _pendingEvents = 0;
                _recentMarks.Clear();
                _last = _acked = _sent = _recoveredLast = 0;
                foreach (var segment in old)
                {
                    segment.Seal();
                    Scan(segment, (EventSpool spool, in SpoolRecordView record) => spool.Renumber(record, from));
                }

                RenumberAll(pending, from);
                WritePending();
                foreach (var segment in _segments)
                {
                    segment.Dirty = true;
                }

                Sync();
                SaveState();
                _marks?.Flush();
                foreach (var segment in old)
                {
                    TryDelete(segment.Path);
                }
            }
        }

        Changed.Fire();
    }

    private void RenumberAll(ReadOnlySpan<byte> records, ulong from)
    {
        while (SpoolRecord.Read(records, out var record) == SpoolRecordStatus.Whole)
        {
            Renumber(record, from);
            records = records[record.Size..];
        }
    }

    private void Renumber(in SpoolRecordView record, ulong from)
    {
        if (record.Seq <= from)
        {
            if (!record.Mark.IsEmpty)
            {
                _marks?.Released(record.Mark);
            }

            return;
        }

        if (!record.IsEvent)
        {
            AppendMark(record.Mark.ToArray());
            return;
        }

        if (!TryAppend(Event.Parser.ParseFrom(record.Payload), record.Mark.ToArray()))
        {
            WritePending();
            if (!TryAppend(Event.Parser.ParseFrom(record.Payload), record.Mark.ToArray()))
            {
                _dropped++;
            }
        }
    }
}

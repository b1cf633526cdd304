using System.Globalization;

namespace SensorNet.Sensor.Spool;

/// <content>Forcing to the disk, removing what is no longer wanted, remembering epoch and acknowledgement.</content>
internal sealed partial class EventSpool
{
    private const string StateFile = "spool.state";

    /// <summary>
    /// The regular upkeep, about once per sync interval: retries a disk that failed, forces written events to it, and
    /// removes what the caps no longer allow. Never throws for what the disk does.
    /// </summary>
    public void Maintain()
    {
        lock (_upkeep)
        {
            lock (_gate)
            {
                if (_closed)
                {
                    return;
                }

                WritePending();
            }

            if (_options.SyncInterval > TimeSpan.Zero)
            {
                Sync();
            }

            Trim();
            SaveState();
        }
    }

    /// <summary>Removes segments: acknowledged ones beyond their cap, then, when the whole is too big, the oldest.</summary>
    private void Trim()
    {
        lock (_upkeep)
        {
            while (NextVictim() is { } victim)
            {
                if (!TryReleaseMarks(victim))
                {
                    return;
                }

                lock (_gate)
                {
                    if (_segments.Remove(victim))
                    {
                        victim.Dispose();
                        TryDelete(victim.Path);
                        if (victim.LastSeq > _acked)
                        {
                            _dropped += victim.LastSeq - Math.Max(_acked, victim.FirstSeq - 1);
                        }
                    }
                }
            }
        }
    }

    // The last segment stays: it carries the sequence over a restart.
    private SpoolSegment? NextVictim()
    {
        lock (_gate)
        {
            if (_segments.Count < 2)
            {
                return null;
            }

            var oldest = _segments[0];
            var total = DiskBytes();
            if (total > _options.MaxBytes)
            {
                return _options.NeverDrop && oldest.LastSeq > _acked ? null : oldest;
            }

            if (oldest.LastSeq > _acked)
            {
                return null;
            }

            long acknowledged = 0;
            foreach (var segment in _segments)
            {
                acknowledged += segment.LastSeq <= _acked ? segment.Length : 0;
            }

            return _diskError is not null || acknowledged - oldest.Length >= _options.KeepAcknowledgedBytes ? oldest : null;
        }
    }

    private bool TryReleaseMarks(SpoolSegment segment)
    {
        if (_marks is null)
        {
            return true;
        }

        try
        {
            Scan(segment, static (EventSpool spool, in SpoolRecordView record) =>
            {
                if (!record.Mark.IsEmpty)
                {
                    spool._marks!.Released(record.Mark);
                }
            });
            _marks.Flush();
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            lock (_gate)
            {
                _writeFailures++;
            }

            return false;
        }
    }

    private void Sync()
    {
        SpoolSegment[] dirty;
        lock (_gate)
        {
            dirty = [.. _segments.Where(s => s.Dirty)];
            foreach (var segment in dirty)
            {
                segment.Dirty = false;
            }
        }

        foreach (var segment in dirty)
        {
            try
            {
                // An own handle: the segment may be sealed or removed meanwhile.
                using var handle = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                RandomAccess.FlushToDisk(handle);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                lock (_gate)
                {
                    _writeFailures += refused is FileNotFoundException ? 0UL : 1UL;
                }
            }
        }
    }

    private void SaveState()
    {
        string text;
        lock (_gate)
        {
            text = string.Create(CultureInfo.InvariantCulture, $"epoch {_epoch}\nacknowledged {_acked}\n");
        }

        if (text == _savedState)
        {
            return;
        }

        var path = Path.Combine(_options.Directory, StateFile);
        try
        {
            File.WriteAllText(path + ".new", text);
            File.Move(path + ".new", path, overwrite: true);
            _savedState = text;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            lock (_gate)
            {
                _writeFailures++;
            }
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // It is ignored at the next start, because its epoch or its sequences are past.
        }
    }
}

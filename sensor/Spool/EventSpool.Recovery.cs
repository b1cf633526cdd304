using System.Globalization;

namespace SensorNet.Sensor.Spool;

/// <content>Opening: what the last run left behind.</content>
internal sealed partial class EventSpool
{
    private delegate void RecordVisitor(EventSpool spool, in SpoolRecordView record);

    /// <summary>
    /// Opens the spool, reads every record once and goes on after the last whole one. A torn last record is what a killed
    /// process leaves and is passed over; damage elsewhere costs the rest of that segment and is counted.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be made or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read or written.</exception>
    public static EventSpool Open(SpoolOptions options, TimeProvider time, ISpoolMarks? marks = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Directory.CreateDirectory(options.Directory);
        var spool = new EventSpool(options, time, marks);
        spool.Recover();
        return spool;
    }

    private void Recover()
    {
        ReadState();
        var found = new List<SpoolSegment>();
        foreach (var path in Directory.EnumerateFiles(_options.Directory, "*" + SpoolSegment.Extension))
        {
            if (OpenSegment(path) is { } segment)
            {
                found.Add(segment);
            }
        }

        if (_epoch == 0)
        {
            _epoch = found.Count > 0 ? found.Max(s => s.Epoch) : NewEpoch(0);
        }

        foreach (var segment in found.OrderBy(s => s.FirstSeq))
        {
            // Another epoch's: left by a change of epoch that was interrupted before or after its last step.
            if (segment.Epoch != _epoch || segment.FirstSeq <= _last)
            {
                TryDelete(segment.Path);
                continue;
            }

            RecoverSegment(segment);
        }

        _recoveredLast = _last;
        _acked = Math.Min(_acked, _last);
        if (_segments is [.., var active])
        {
            active.Reopen();
            RandomAccess.SetLength(active.WriteHandle!, active.Length);
        }

        SaveState();
    }

    private void RecoverSegment(SpoolSegment segment)
    {
        if (_segments.Count > 0 && segment.FirstSeq > _last + 1)
        {
            _damaged += segment.FirstSeq - _last - 1;
        }

        Scan(segment, static (EventSpool spool, in SpoolRecordView record) =>
        {
            if (!record.Mark.IsEmpty)
            {
                spool._marks?.Recovered(record.Mark);
            }
        });
        _last = segment.LastSeq;
        if (segment.Events == 0 && _segments.Count > 0)
        {
            // Nothing in it, and the one before carries the sequence.
            TryDelete(segment.Path);
            _last = _segments[^1].LastSeq;
            return;
        }

        _segments.Add(segment);
    }

    // Reads a segment from its start; sets its length and last sequence to what is whole.
    private void Scan(SpoolSegment segment, RecordVisitor visit)
    {
        using var handle = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = new byte[256 << 10];
        long position = SpoolSegment.HeaderLength;
        var start = 0;
        var end = 0;
        var last = segment.FirstSeq - 1;
        while (true)
        {
            var status = SpoolRecord.Read(buffer.AsSpan(start..end), out var record);
            if (status == SpoolRecordStatus.Whole && record.Seq == (record.IsEvent ? last + 1 : last))
            {
                visit(this, record);
                last = record.Seq;
                start += record.Size;
                position += record.Size;
                continue;
            }

            if (status != SpoolRecordStatus.Short)
            {
                break;
            }

            buffer.AsSpan(start..end).CopyTo(buffer);
            end -= start;
            start = 0;
            if (end == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var read = RandomAccess.Read(handle, buffer.AsSpan(end), position + end);
            if (read == 0)
            {
                break;
            }

            end += read;
        }

        lock (_gate)
        {
            // Only recovery learns these; later a scan finds what is known, or an active segment that grew meanwhile.
            if (segment.LastSeq < last)
            {
                segment.LastSeq = last;
                segment.Length = position;
            }
        }
    }

    private SpoolSegment? OpenSegment(string path)
    {
        Span<byte> header = stackalloc byte[SpoolSegment.HeaderLength];
        using (var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        {
            var read = RandomAccess.Read(handle, header, 0);
            if (SpoolSegment.TryReadHeader(header[..read], out var epoch, out var firstSeq))
            {
                return new SpoolSegment(path, epoch, firstSeq);
            }
        }

        // Made but never written to, or damaged beyond reading: put aside for a person to look at, never deleted unread.
        if (new FileInfo(path).Length <= SpoolSegment.HeaderLength)
        {
            TryDelete(path);
        }
        else
        {
            File.Move(path, path + ".damaged", overwrite: true);
        }

        return null;
    }

    private void ReadState()
    {
        var path = Path.Combine(_options.Directory, StateFile);
        if (!File.Exists(path))
        {
            return;
        }

        foreach (var line in File.ReadLines(path))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && ulong.TryParse(line.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                switch (line[..space])
                {
                    case "epoch":
                        _epoch = value;
                        break;
                    case "acknowledged":
                        _acked = value;
                        break;
                }
            }
        }
    }

    // Microseconds since 1970; always later than the one before, whatever the clock says.
    private ulong NewEpoch(ulong before) => Math.Max(before + 1, (ulong)Math.Max(1, Now() / 1000));
}

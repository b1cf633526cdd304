using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// Follows one log file by name: through rotation by rename, truncation in place, absence, and restarts of the sensor. Every
/// event goes out with a mark of the place that reading would have to go back to, so that what was acknowledged is never read
/// again and what was not is. Looked at from one thread; <see cref="Status"/> from any.
/// </summary>
internal sealed partial class LogTail : ILogOutput, IDisposable
{
    private const int BufferSize = 128 * 1024;

    // How much one look may read, so that a busy file does not keep the others waiting.
    private const int MaxReadPerPoll = 4 * 1024 * 1024;

    // After a rename, a writer may hold the old file open until it is told; so long it is watched.
    private static readonly TimeSpan OldFileGrace = TimeSpan.FromSeconds(10);

    // Before the place of resumption, lines are read again to learn what parsers knew there.
    private const int WarmUp = 128 * 1024;

    private readonly LogSourceOptions _source;
    private readonly LogOptions _options;
    private readonly IEventSink _sink;
    private readonly LogPositions _positions;
    private readonly TimeProvider _clock;
    private readonly ulong _key;
    private readonly LogPipeline _pipeline;
    private readonly LineSplitter _splitter = new();
    private readonly LineSplitter.LineHandler _onLine;
    private readonly byte[] _buffer = new byte[BufferSize];
    private LogFile? _file;
    private LogFile? _old;
    private long _oldPosition;
    private long _oldUntil;
    private uint _generation;
    private long _resumeOffset;
    private uint _resumeSkip;
    private bool _resuming;
    private bool _first = true;
    private LogMark? _lost;
    private LogSilence _silence;
    private volatile string _state = "missing";
    private volatile string _detail = "";

    public LogTail(LogSourceOptions source, LogOptions options, IEventSink sink, LogPositions positions, TimeProvider clock)
    {
        _source = source;
        _options = options;
        _sink = sink;
        _positions = positions;
        _clock = clock;
        SilentAfter = options.SilentAfter;
        _key = LogMark.SourceKey(source.Path);
        _onLine = OnLine;
        _pipeline = new LogPipeline(
            new LogPipelineOptions
            {
                Host = options.Host,
                Origin = source.Path,
                Format = source.Format,
                Zone = options.Zone,
                EmitRaw = options.EmitRaw,
                RawPerSecond = options.RawPerSecond,
                Parsers = options.Parsers,
            },
            this,
            clock);
    }

    public string Path => _source.Path;

    public LogSourceOptions Source => _source;

    /// <summary>A log that used to grow and has been still for so long is told of.</summary>
    public TimeSpan SilentAfter { get; set; }

    public LogCounters Counters => _pipeline.Counters;

    public LogSourceStatus Status
    {
        get
        {
            var file = _file;
            var behind = file is null ? 0 : Math.Max(0, file.Identity.Size - _splitter.Position);
            return new LogSourceStatus(_source.Path, _state, _detail, behind, Counters);
        }
    }

    /// <summary>Reads what is there. Never throws for what files may do.</summary>
    /// <returns>Whether anything was read.</returns>
    public bool Poll()
    {
        try
        {
            if (_file is null && !TryOpen())
            {
                return false;
            }

            var any = ReadCurrent();
            any |= ReadOld();
            if (any)
            {
                _silence.Grew(_clock);
            }
            else
            {
                FollowName();
            }

            return any;
        }
        catch (IOException e)
        {
            Fail("failed", e.Message);
        }
        catch (UnauthorizedAccessException e)
        {
            Fail("denied", e.Message);
        }

        return false;
    }

    /// <summary>Nothing came: gives what parsers held for too long and lets the position move on.</summary>
    public void Idle()
    {
        _pipeline.Idle();
        if (_silence.IsDue(_clock, SilentAfter))
        {
            Tell("silent", "The log has not grown for much longer than it used to take.", EventType.LogSilent);
        }

        if (_file is not null && !_resuming && _old is null)
        {
            _positions.Idle(Mark(_splitter.LineStart, 0));
        }
    }

    public void Emit(Event e, long offset, long emitted)
    {
        if (_resuming)
        {
            if (_splitter.LineStart < _resumeOffset)
            {
                return;
            }

            if (_resumeSkip > 0)
            {
                _resumeSkip--;
                return;
            }
        }

        var mark = Mark(offset, (uint)Math.Min(emitted, uint.MaxValue)).Encode();
        if (_sink is IMarkedEventSink marked)
        {
            _positions.Emitted(_key, mark);
            marked.Emit(e, mark);
        }
        else
        {
            _sink.Emit(e);
            _positions.Acknowledged(mark);
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _old?.Dispose();
    }

    private void OnLine(ReadOnlySpan<byte> line, long start, bool cut)
    {
        if (_resuming && start >= _resumeOffset && _resumeSkip == 0)
        {
            _resuming = false;
        }

        _pipeline.Line(line, start, cut);
    }

    private LogMark Mark(long offset, uint skip) => new()
    {
        Source = _key,
        Generation = _generation,
        Device = _file?.Identity.Device ?? 0,
        Inode = _file?.Identity.Inode ?? 0,
        FingerprintLength = _file?.FingerprintLength ?? 0,
        Fingerprint = _file?.Fingerprint ?? 0,
        Offset = offset,
        Skip = skip,
    };

    private bool ReadCurrent()
    {
        var file = _file!;
        if (!file.Refresh())
        {
            return false;
        }

        if (file.Identity.Size < _splitter.Position)
        {
            Truncated("shrank");
        }
        else if (file.Identity.Size > _splitter.Position && !StillTheSame(file))
        {
            Truncated("replaced");
        }

        var total = 0;
        while (total < MaxReadPerPoll && file.Read(_buffer, _splitter.Position) is > 0 and var read)
        {
            file.UpdateFingerprint();
            _splitter.Add(_buffer.AsSpan(0, read), _onLine);
            total += read;
        }

        return total > 0;
    }

    // What was read before is still there: the head is as it was, and a line ended where one did.
    private bool StillTheSame(LogFile file)
    {
        if (_splitter.Position == 0)
        {
            return true;
        }

        if (!file.Fits(file.FingerprintLength, file.Fingerprint))
        {
            return false;
        }

        Span<byte> before = stackalloc byte[1];
        return _splitter.LineStart == 0 || (file.Read(before, _splitter.LineStart - 1) == 1 && before[0] == '\n');
    }

    // Emptied in place. What had not been read yet may be in a copy that logrotate made first.
    private void Truncated(string reason)
    {
        var file = _file!;
        var mark = Mark(_splitter.LineStart, 0);
        _pipeline.End();
        var copy = RotatedFiles().FirstOrDefault(c => mark.FingerprintLength > 0 && c.Fits(mark) && c.Length > mark.Offset);
        if (copy is not null)
        {
            ReadRotated(copy, mark.Offset, 0, warmUp: 0);
        }
        else
        {
            Tell(reason, "The log was emptied in place and no copy of it was found.");
        }

        Restart(file);
    }

    // The name may stand for another file by now. The old one is read to its end first; the new one is begun when it has
    // something in it.
    private void FollowName()
    {
        var file = _file!;
        if (!FileIdentity.TryRead(_source.Path, out var named) || named.SameFile(file.Identity) || named.Size == 0)
        {
            return;
        }

        if (ReadCurrent())
        {
            return;
        }

        var next = LogFile.Open(_source.Path);
        _splitter.End(_onLine);
        _pipeline.End();
        _old?.Dispose();
        _old = file;
        _oldPosition = _splitter.Position;
        _oldUntil = _clock.GetTimestamp() + (long)(OldFileGrace.TotalSeconds * _clock.TimestampFrequency);
        _file = next;
        Restart(next);
    }

    private void Restart(LogFile file)
    {
        _generation++;
        _resuming = false;
        _splitter.Reset(0);
        file.Refresh();
        file.UpdateFingerprint();
    }

    // Late lines of a writer that has not been told of the rotation yet.
    private bool ReadOld()
    {
        if (_old is null)
        {
            return false;
        }

        var any = false;
        var late = new LineSplitter();
        while (_old.Read(_buffer, _oldPosition) is > 0 and var read)
        {
            _oldPosition += read;
            late.Add(_buffer.AsSpan(0, read), (line, _, cut) => _pipeline.Line(line, _splitter.LineStart, cut));
            any = true;
        }

        late.End((line, _, cut) => _pipeline.Line(line, _splitter.LineStart, cut));
        if (!any && _clock.GetTimestamp() > _oldUntil)
        {
            _old.Dispose();
            _old = null;
        }

        return any;
    }

    private void Tell(string reason, string message, EventType type = EventType.LogTruncated)
    {
        _sink.Emit(new Event
        {
            Type = type,
            Severity = Severity.Warning,
            EventTime = LogClock.ToNanoseconds(_clock.GetUtcNow()),
            TimeZoneSource = TimeZoneSource.Explicit,
            Host = _options.Host,
            LogSource = LogSource.Sensor,
            Platform = Platform.Linux,
            Origin = _source.Path,
            Reason = reason,
            Message = $"{_source.Path}: {message}",
        });
    }

    private void Fail(string state, string detail)
    {
        _state = state;
        _detail = detail;
        _lost = _file is null ? _lost : Mark(_splitter.LineStart, 0);
        _file?.Dispose();
        _file = null;
    }
}

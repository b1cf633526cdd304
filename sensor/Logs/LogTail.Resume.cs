namespace SensorNet.Sensor.Logs;

// Finding the place to go on from, at the start and after rotation during downtime.
internal sealed partial class LogTail
{
    private const int MaxRotated = 64;

    private bool TryOpen()
    {
        if (!FileIdentity.TryRead(_source.Path, out _))
        {
            if (File.Exists(_source.Path))
            {
                Fail("failed", "It is not a regular file.");
            }
            else
            {
                _state = "missing";
            }

            _first &= _positions.Find(_key) is not null;
            return false;
        }

        var file = LogFile.Open(_source.Path);
        file.UpdateFingerprint();
        _file = file;
        var known = _positions.Find(_key);
        if (!_first)
        {
            // It was missing, or failed, while we ran: what parsers hold is still here.
            if (_lost is not null && Continues(file, _lost))
            {
                _splitter.Reset(_lost.Offset);
            }
            else
            {
                _pipeline.End();
                Restart(file);
            }

            _lost = null;
        }
        else if (known is null)
        {
            _splitter.Reset(_source.FromStart ? 0 : LastLineStart(file));
        }
        else
        {
            ResumeAfterRestart(file, known);
        }

        _first = false;
        _state = "following";
        _detail = "";
        return true;
    }

    private void ResumeAfterRestart(LogFile file, LogMark known)
    {
        _generation = known.Generation;
        if (Continues(file, known))
        {
            Resume(known);
            return;
        }

        // Rotated while we were away: the rest of the file we were in, then the files between, then this one.
        var rotated = RotatedFiles();
        var at = rotated.FindIndex(c => c.Continues(known));
        if (at < 0)
        {
            Tell("rotated_away", "The file that was being read is gone: lines may be lost.");
        }
        else
        {
            var skip = known.Skip;
            var offset = known.Offset;
            foreach (var copy in rotated[at..])
            {
                ReadRotated(copy, offset, skip, WarmUp);
                offset = 0;
                skip = 0;
            }
        }

        Restart(file);
    }

    private static bool Continues(LogFile file, LogMark known) =>
        file.Identity.Size >= known.Offset
        && file.Fits(known.FingerprintLength, known.Fingerprint)
        && (known.FingerprintLength >= 64 || (file.Identity.Inode == known.Inode && file.Identity.Device == known.Device));

    private void Resume(LogMark known)
    {
        _generation = known.Generation;
        StartAt(LineStartBefore(_file!, Math.Max(0, known.Offset - WarmUp)), known.Offset, known.Skip);
    }

    private void StartAt(long from, long offset, uint skip)
    {
        _splitter.Reset(from);
        _resumeOffset = offset;
        _resumeSkip = skip;
        _resuming = true;
    }

    /// <summary>
    /// Reads a rotated file to its end: from its start as a generation of its own, or from the place in it that a mark of
    /// this generation named.
    /// </summary>
    private void ReadRotated(RotatedLog copy, long offset, uint skip, int warmUp)
    {
        if (offset == 0 && skip == 0)
        {
            _generation++;
        }

        var current = _file;
        try
        {
            using var file = LogFile.Open(copy.Path);
            file.UpdateFingerprint();
            _file = file;
            using var stream = copy.OpenAt(Math.Max(0, offset - warmUp), out var position);
            StartAt(position, offset, skip);
            if (position > 0 && warmUp > 0)
            {
                SkipToLine(stream);
            }

            int read;
            while ((read = stream.Read(_buffer)) > 0)
            {
                _splitter.Add(_buffer.AsSpan(0, read), _onLine);
            }

            _splitter.End(_onLine);
            _pipeline.End();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Tell("unreadable", $"{copy.Path} cannot be read: {e.Message}");
        }
        finally
        {
            _file = current;
        }
    }

    // The splitter stands in the middle of a line: its rest is passed over.
    private void SkipToLine(Stream stream)
    {
        var position = _splitter.Position;
        int next;
        do
        {
            next = stream.ReadByte();
            position++;
        }
        while (next is not ('\n' or -1));

        _splitter.Reset(next < 0 ? position - 1 : position);
    }

    /// <summary>Files beside ours that bear its name and more, oldest first.</summary>
    private List<RotatedLog> RotatedFiles()
    {
        var directory = System.IO.Path.GetDirectoryName(_source.Path);
        var name = System.IO.Path.GetFileName(_source.Path);
        var found = new List<RotatedLog>();
        if (directory is null)
        {
            return found;
        }

        var stem = System.IO.Path.GetFileNameWithoutExtension(name);
        foreach (var path in Directory.EnumerateFiles(directory, stem + "*").Take(1024))
        {
            if (path != _source.Path && RotatedLog.TryOpen(path) is { } copy)
            {
                found.Add(copy);
            }
        }

        found.Sort((a, b) => a.ModifiedSeconds != b.ModifiedSeconds
            ? a.ModifiedSeconds.CompareTo(b.ModifiedSeconds)
            : string.CompareOrdinal(b.Path, a.Path));
        return found.Count > MaxRotated ? found[^MaxRotated..] : found;
    }

    // Where the last, perhaps unfinished, line of the file begins.
    private static long LastLineStart(LogFile file) => LineStartBefore(file, file.Identity.Size);

    private static long LineStartBefore(LogFile file, long offset)
    {
        var window = new byte[LineSplitter.MaxLine];
        var from = Math.Max(0, offset - window.Length);
        var length = file.Read(window.AsSpan(0, (int)(offset - from)), from);
        var end = window.AsSpan(0, Math.Max(0, length)).LastIndexOf((byte)'\n');
        return end < 0 ? (from == 0 ? 0 : offset) : from + end + 1;
    }
}

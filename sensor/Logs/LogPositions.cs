using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// Where each source goes on after a restart: the last acknowledged mark of each, kept in <c>positions.bin</c> (written anew
/// beside the old one, synced, then renamed), and the marks that the spool was found to hold. The file is the SHA-256 of what
/// follows it, then for each source a u16 length and its mark. A damaged file is put aside as <c>positions.bad</c>.
/// Thread-safe.
/// </summary>
internal sealed class LogPositions : ILogPositions
{
    private const string FileName = "positions.bin";
    private const int MaxSources = 4096;

    private readonly Lock _lock = new();
    private readonly string? _path;
    private readonly Dictionary<ulong, LogMark> _positions = [];
    private readonly Dictionary<ulong, byte[]> _outstanding = [];
    private bool _changed;

    /// <param name="directory">The state directory, which exists; null: nothing is kept on disk.</param>
    public LogPositions(string? directory)
    {
        if (directory is not null)
        {
            _path = Path.Combine(directory, FileName);
            Load(_path);
        }
    }

    /// <summary>The file was there and could not be used: sources start as if they were new.</summary>
    public bool WasDamaged { get; private set; }

    public void Recovered(ReadOnlySpan<byte> mark)
    {
        if (LogMark.Decode(mark) is { } decoded)
        {
            lock (_lock)
            {
                Advance(decoded);
            }
        }
    }

    public void Acknowledged(ReadOnlySpan<byte> mark)
    {
        if (LogMark.Decode(mark) is not { } decoded)
        {
            return;
        }

        lock (_lock)
        {
            if (_outstanding.TryGetValue(decoded.Source, out var last) && mark.SequenceEqual(last))
            {
                _outstanding.Remove(decoded.Source);
            }

            Advance(decoded);
        }
    }

    public void Flush()
    {
        lock (_lock)
        {
            if (_changed && _path is not null)
            {
                Save(_path);
            }

            _changed = false;
        }
    }

    /// <summary>Where this source was; null when it is new.</summary>
    public LogMark? Find(ulong source)
    {
        lock (_lock)
        {
            return _positions.GetValueOrDefault(source);
        }
    }

    /// <summary>This mark goes out with an event and will be acknowledged.</summary>
    public void Emitted(ulong source, byte[] mark)
    {
        lock (_lock)
        {
            _outstanding[source] = mark;
        }
    }

    /// <summary>The source stands here and has nothing under way: it may go on from here. Ignored while it has.</summary>
    public void Idle(LogMark mark)
    {
        lock (_lock)
        {
            if (!_outstanding.ContainsKey(mark.Source))
            {
                Advance(mark);
            }
        }
    }

    private void Advance(LogMark mark)
    {
        if (_positions.TryGetValue(mark.Source, out var known) ? mark.IsAfter(known) : _positions.Count < MaxSources)
        {
            _positions[mark.Source] = mark;
            _changed = true;
        }
    }

    private void Load(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        var octets = File.ReadAllBytes(path);
        if (octets.Length < 32 || !SHA256.HashData(octets.AsSpan(32)).AsSpan().SequenceEqual(octets.AsSpan(0, 32)))
        {
            WasDamaged = true;
            File.Move(path, Path.ChangeExtension(path, ".bad"), overwrite: true);
            return;
        }

        var rest = octets.AsSpan(32);
        while (rest.Length >= 2 && BinaryPrimitives.ReadUInt16LittleEndian(rest) is var length && rest.Length >= 2 + length)
        {
            if (LogMark.Decode(rest.Slice(2, length)) is { } mark)
            {
                _positions[mark.Source] = mark;
            }

            rest = rest[(2 + length)..];
        }
    }

    private void Save(string path)
    {
        using var body = new MemoryStream();
        body.Write(new byte[32]);
        Span<byte> length = stackalloc byte[2];
        foreach (var mark in _positions.Values)
        {
            var octets = mark.Encode();
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)octets.Length);
            body.Write(length);
            body.Write(octets);
        }

        var all = body.GetBuffer().AsSpan(0, (int)body.Length);
        SHA256.HashData(all[32..], all[..32]);
        var temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(all);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}

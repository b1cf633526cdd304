using System.ComponentModel;
using System.Diagnostics;
using SensorNet.Sensor.Events;
using SensorNet.V1;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// Follows the systemd journal through <c>journalctl --output=json --follow</c>, from after the record that was last
/// acknowledged. Without a saved place it begins with what is written from now on.
/// </summary>
internal sealed class JournalSource : ILogOutput
{
    private const string Name = "journal";
    private const int Remembered = 4096;

    private readonly JournalOptions _options;
    private readonly IEventSink _sink;
    private readonly LogPositions _positions;
    private readonly TimeProvider _clock;
    private readonly LogPipeline _pipeline;
    private readonly string[] _cursors = new string[Remembered];
    private readonly ulong _key = LogMark.SourceKey(Name);
    private uint _generation;
    private long _line;
    private long _skip;
    private volatile string _state = "missing";
    private volatile string _detail = "";

    public JournalSource(JournalOptions options, LogOptions logs, IEventSink sink, LogPositions positions, TimeProvider clock)
    {
        _options = options;
        _sink = sink;
        _positions = positions;
        _clock = clock;
        _pipeline = new LogPipeline(
            new LogPipelineOptions { Host = logs.Host, Origin = Name, Zone = logs.Zone, EmitRaw = logs.EmitRaw, RawPerSecond = logs.RawPerSecond, Parsers = logs.Parsers },
            this,
            clock);
    }

    public LogSourceStatus Status => new(Name, _state, _detail, 0, _pipeline.Counters);

    /// <summary>Runs until cancelled, starting journalctl again when it ends.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(cancel);
                await Task.Delay(_options.Restart, _clock, cancel);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    public void Emit(Event e, long offset, long emitted)
    {
        if (_skip > 0)
        {
            _skip--;
            return;
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

    // The cursor is that of the record before the one to go on with.
    private LogMark Mark(long line, uint skip) => new()
    {
        Source = _key,
        Generation = _generation,
        Offset = line,
        Skip = skip,
        Cursor = _cursors[(int)(line % Remembered)] ?? "",
    };

    private async Task FollowAsync(CancellationToken cancel)
    {
        var known = _positions.Find(_key);
        _generation = (known?.Generation ?? 0) + 1;
        _line = 0;
        _skip = known?.Skip ?? 0;
        _cursors[0] = known?.Cursor ?? "";
        var start = new ProcessStartInfo(_options.Program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])[.. _options.Arguments, "--output=json", "--follow", known is { Cursor.Length: > 0 } ? "--after-cursor=" + known.Cursor : "--lines=0"])
        {
            start.ArgumentList.Add(argument);
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            (_state, _detail) = ("failed", $"{_options.Program} cannot be run: {e.Message}");
            return;
        }

        using (process)
        {
            _state = "following";
            _detail = "";
            var errors = process.StandardError.ReadToEndAsync(cancel);
            try
            {
                await ReadAsync(process.StandardOutput.BaseStream, cancel);
                await process.WaitForExitAsync(cancel);
                (_state, _detail) = ("failed", $"{_options.Program} ended: {(await errors).Trim()}");
            }
            finally
            {
                if (!process.HasExited)
                {
                    process.Kill();
                }

                _pipeline.End();
            }
        }
    }

    private async Task ReadAsync(Stream stream, CancellationToken cancel)
    {
        var splitter = new LineSplitter();
        LineSplitter.LineHandler handler = OnLine;
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var reading = stream.ReadAsync(buffer, cancel).AsTask();
            while (await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(1), _clock, cancel)) != reading)
            {
                cancel.ThrowIfCancellationRequested();
                _pipeline.Idle();
                if (_skip == 0)
                {
                    _positions.Idle(Mark(_line, 0));
                }
            }

            var read = await reading;
            if (read == 0)
            {
                return;
            }

            splitter.Add(buffer.AsSpan(0, read), handler);
        }
    }

    private void OnLine(ReadOnlySpan<byte> line, long start, bool cut)
    {
        _pipeline.Line(line, _line, cut);
        _line++;
        _cursors[(int)(_line % Remembered)] = _pipeline.Cursor;
    }
}

using System.Globalization;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Configuration;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Logs;
using SensorNet.V1;

namespace SensorNet.Sensor.Cli;

/// <summary>
/// Plays captures and logs through the same code that watches live traffic, with the times in them, merged by those times:
/// a log line comes between the packets that were sent before and after it. All captures share one tracker, as if the host
/// had been watched all along.
/// </summary>
internal sealed class Replay(ReplayRequest request, SensorOptions options, IEventSink events, TextWriter progress)
{
    private readonly Lock _gate = new();
    private readonly List<CaptureCounters> _captures = [];
    private long _reached;

    /// <summary>What was read.</summary>
    public ReplayTotals Totals { get; private set; } = new(0, 0, []);

    /// <summary>Plays everything; returns when it is read, which is before it is delivered.</summary>
    /// <exception cref="CommandException">An input cannot be read.</exception>
    public void Run(CancellationToken cancellation)
    {
        var inputs = Measure(cancellation);
        var shift = request.ShiftToNow && inputs.Max(i => i.Last) is > 0 and var last ? Now() - last : 0;
        var sink = request.Synthetic ? new SyntheticSink(events) : events;
        var tracker = request.Captures.Count > 0 ? new SipTracker(options.Sip, sink, request.Host) { AddCounters = AddCaptureCounters } : null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var clock = new ReplayClock([.. inputs.Select(i => i.First + shift)], request.Speed, stop.Token);
        var playing = inputs.Select((input, index) => Task.Factory.StartNew(
            () => Play(input, shift, new ReplayTurn(clock, index, tracker, sink), clock, index, stop),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        try
        {
            Task.WaitAll(playing, CancellationToken.None);
        }
        catch (AggregateException failures)
        {
            // The one that failed by itself explains the others, which were stopped because of it.
            var failure = failures.InnerExceptions.FirstOrDefault(f => f is CommandException) ?? failures.InnerExceptions[0];
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }

        if (_reached > 0 && !cancellation.IsCancellationRequested)
        {
            tracker?.Finish(_reached);
        }
    }

    private void Play(ReplayInput input, long shift, ReplayTurn turn, ReplayClock clock, int index, CancellationTokenSource stop)
    {
        try
        {
            // Not before its turn, so that progress tells the order.
            clock.Reach(index, input.First + shift);
            progress.WriteLine($"replaying {input.Path}");
            if (input.IsLog)
            {
                PlayLog(input.Path, shift, turn, stop.Token);
            }
            else
            {
                PlayCapture(input.Path, shift, turn, stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Interrupted, or another input failed.
        }
        catch
        {
            stop.Cancel();
            throw;
        }
        finally
        {
            clock.Done(index);
        }
    }

    private void AddCaptureCounters(IDictionary<string, ulong> totals)
    {
        lock (_gate)
        {
            foreach (var capture in _captures)
            {
                foreach (var (name, value) in capture.Snapshot())
                {
                    totals[name] = (totals.TryGetValue(name, out var before) ? before : 0) + (ulong)Math.Max(0, value);
                }
            }
        }
    }

    private static long Now() => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * 100;

    // One input in its own time needs no reading ahead, so that standard input works.
    private List<ReplayInput> Measure(CancellationToken cancellation)
    {
        foreach (var path in request.Captures.Where(p => p != "-").Concat(request.Logs))
        {
            if (!File.Exists(path))
            {
                throw new CommandException(ExitCode.Input, Directory.Exists(path) ? $"{path}: is a directory; name the files in it." : $"{path}: no such file.");
            }
        }

        var needed = request.ShiftToNow || request.Captures.Count + request.Logs.Count > 1;
        if (needed && request.Captures.Contains("-"))
        {
            throw new CommandException(ExitCode.Usage, "Standard input can be replayed alone and in its own time only: it cannot be read twice.");
        }

        var inputs = new List<ReplayInput>();
        foreach (var path in request.Captures)
        {
            var (first, last) = needed ? MeasureCapture(path) : (0, 0);
            inputs.Add(new ReplayInput(path, false, first, last));
        }

        foreach (var path in request.Logs)
        {
            var span = new TimeSpanSink();
            if (needed)
            {
                ReadLog(path, new LogReplayOptions { Zone = options.Logs.Zone, Parsers = options.Logs.Parsers }, span, cancellation);
            }

            inputs.Add(new ReplayInput(path, true, span.First, span.Last));
        }

        return [.. inputs.OrderBy(i => i.First)];
    }

    private static (long First, long Last) MeasureCapture(string path)
    {
        try
        {
            return CapturePipeline.TimeSpanOf([path]);
        }
        catch (CaptureFileException problem)
        {
            throw new CommandException(ExitCode.Input, problem.Message, problem);
        }
    }

    private void PlayCapture(string path, long shift, ReplayTurn turn, CancellationToken cancellation)
    {
        var pipeline = new CapturePipeline(options.Capture, turn);
        pipeline.Problem += progress.WriteLine;
        lock (_gate)
        {
            _captures.Add(pipeline.Counters);
        }

        try
        {
            var result = pipeline.RunFiles([path], new ReplayOptions { ShiftNanoseconds = shift }, cancellation);
            lock (_gate)
            {
                _reached = Math.Max(_reached, result.LastTime);
                Totals = Totals with
                {
                    Packets = Totals.Packets + result.Packets,
                    Truncations = [.. Totals.Truncations, .. result.Truncations.Select(t => t.Message)],
                };
            }

            progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {result.Packets} packets"));
        }
        catch (CaptureFileException problem)
        {
            throw new CommandException(ExitCode.Input, problem.Message, problem);
        }
    }

    private void PlayLog(string path, long shift, ReplayTurn turn, CancellationToken cancellation)
    {
        var counters = ReadLog(
            path,
            new LogReplayOptions { Zone = options.Logs.Zone, Parsers = options.Logs.Parsers, EmitRaw = options.Logs.EmitRaw, Host = request.Host, TimeShift = TimeSpan.FromTicks(shift / 100) },
            turn,
            cancellation);
        lock (_gate)
        {
            Totals = Totals with { Lines = Totals.Lines + counters.Lines };
        }

        progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {counters.Lines} lines, {counters.Events} events, {counters.Unclaimed} lines that no parser knows"));
    }

    private static LogCounters ReadLog(string path, LogReplayOptions replay, IEventSink sink, CancellationToken cancellation)
    {
        try
        {
            return LogReplay.Run(path, replay, sink, cancellation);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CommandException(ExitCode.Input, $"{path}: cannot be read: {problem.Message}", problem);
        }
    }

    private sealed class TimeSpanSink : IEventSink
    {
        public long First { get; private set; }

        public long Last { get; private set; }

        public void Emit(Event e)
        {
            First = First == 0 ? e.EventTime : Math.Min(First, e.EventTime);
            Last = Math.Max(Last, e.EventTime);
        }
    }
}

using SensorNet.Sensor.Events;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// Follows all log files of a sensor on one thread. A file that fails does not disturb the others; its state says why. The
/// thread sleeps until the kernel tells of a change, so that idle logs cost nothing and a line is seen at once.
/// </summary>
internal sealed class LogService : IDisposable
{
    private static readonly TimeSpan Housekeeping = TimeSpan.FromSeconds(1);

    private readonly IEventSink _sink;
    private readonly LogPositions _positions;
    private readonly TimeProvider _clock;
    private readonly FileChanges _changes = new();
    private LogOptions _options;
    private LogOptions? _wanted;
    private List<LogTail> _tails;
    private readonly JournalSource? _journal;
    private readonly SyslogReceiver? _syslog;

    /// <summary>Opens the network's sockets, if any; files and the journal are opened while it runs.</summary>
    /// <param name="options">What to follow.</param>
    /// <param name="sink">Takes the events; an <see cref="IMarkedEventSink"/> gets their marks as well.</param>
    /// <param name="positions">Marks found in the spool have been told to it already.</param>
    /// <param name="clock">The sensor's clock.</param>
    /// <exception cref="System.Net.Sockets.SocketException">A syslog address is in use or may not be used.</exception>
    public LogService(LogOptions options, IEventSink sink, LogPositions positions, TimeProvider clock)
    {
        _options = options;
        _sink = sink;
        _positions = positions;
        _clock = clock;
        _tails = [.. options.Files.Select(f => new LogTail(f, options, sink, positions, clock))];
        _changes.Watch(options.Files.Select(f => f.Path));
        _journal = options.Journal is { } journal ? new JournalSource(journal, options, sink, positions, clock) : null;
        _syslog = options.Syslog is { } syslog ? new SyslogReceiver(syslog, options, sink, clock) : null;
    }

    public IReadOnlyList<LogSourceStatus> Sources => [.. Volatile.Read(ref _tails).Select(t => t.Status), .. _journal is null ? (LogSourceStatus[])[] : [_journal.Status]];

    /// <summary>
    /// Takes other files, silences and intervals from now on: files that were named before are followed on, new ones are begun
    /// as at a start, those no longer named are left where they are. Everything else stays as it was. From any thread.
    /// </summary>
    public void Follow(LogOptions wanted)
    {
        Volatile.Write(ref _wanted, wanted);
        _changes.Wake();
    }

    /// <summary>Runs until cancelled; then makes positions durable and returns.</summary>
    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(
        Task.Factory.StartNew(() => Run(cancel), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
        _journal?.RunAsync(cancel) ?? Task.CompletedTask,
        _syslog?.RunAsync(cancel) ?? Task.CompletedTask);

    /// <summary>Looks at every file once.</summary>
    /// <returns>Whether any had something new.</returns>
    public bool Poll()
    {
        var any = false;
        foreach (var tail in _tails)
        {
            any |= tail.Poll();
        }

        return any;
    }

    public void Dispose()
    {
        foreach (var tail in _tails)
        {
            tail.Dispose();
        }

        _syslog?.Dispose();
        _changes.Dispose();
    }

    private void Run(CancellationToken cancel)
    {
        using var wake = cancel.Register(_changes.Wake);
        var kept = _clock.GetTimestamp();
        while (!cancel.IsCancellationRequested)
        {
            Adopt();
            var any = Poll();
            if (_clock.GetElapsedTime(kept) >= Housekeeping)
            {
                Keep();
                kept = _clock.GetTimestamp();
            }

            if (!any)
            {
                // Where the kernel tells of no change (network file systems), and for what only time changes.
                _changes.Wait(_changes.IsBlind ? _options.PollInterval : Housekeeping);
            }
        }

        Keep();
    }

    private void Adopt()
    {
        if (Interlocked.Exchange(ref _wanted, null) is not { } wanted)
        {
            return;
        }

        _options = wanted;
        var before = _tails.ToDictionary(t => t.Source);
        Volatile.Write(ref _tails, [.. wanted.Files.Select(f => before.Remove(f, out var tail) ? tail : new LogTail(f, wanted, _sink, _positions, _clock))]);
        foreach (var tail in _tails)
        {
            tail.SilentAfter = wanted.SilentAfter;
        }

        foreach (var tail in before.Values)
        {
            tail.Idle();
            tail.Dispose();
        }

        _changes.Watch(wanted.Files.Select(f => f.Path));
    }

    private void Keep()
    {
        if (_changes.IsBlind)
        {
            _changes.Watch(_options.Files.Select(f => f.Path));
        }

        foreach (var tail in _tails)
        {
            tail.Idle();
        }

        try
        {
            _positions.Flush();
        }
        catch (IOException)
        {
            // Positions stay in memory and are tried again in a second; the spool holds what is not acknowledged.
        }
    }
}

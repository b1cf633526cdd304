using SensorNet.Sensor.Events;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// Follows all log files of a sensor on one thread. A file that fails does not disturb the others; its state says why.
/// </summary>
internal sealed class LogService : IDisposable
{
    private static readonly TimeSpan Housekeeping = TimeSpan.FromSeconds(1);

    private readonly LogOptions _options;
    private readonly LogPositions _positions;
    private readonly TimeProvider _clock;
    private readonly List<LogTail> _tails;
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
        _positions = positions;
        _clock = clock;
        _tails = [.. options.Files.Select(f => new LogTail(f, options, sink, positions, clock))];
        _journal = options.Journal is { } journal ? new JournalSource(journal, options, sink, positions, clock) : null;
        _syslog = options.Syslog is { } syslog ? new SyslogReceiver(syslog, options, sink, clock) : null;
    }

    public IReadOnlyList<LogSourceStatus> Sources => [.. _tails.Select(t => t.Status), .. _journal is null ? (LogSourceStatus[])[] : [_journal.Status]];

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
    }

    private void Run(CancellationToken cancel)
    {
        var kept = _clock.GetTimestamp();
        while (!cancel.IsCancellationRequested)
        {
            var any = Poll();
            if (_clock.GetElapsedTime(kept) >= Housekeeping)
            {
                Keep();
                kept = _clock.GetTimestamp();
            }

            if (!any)
            {
                cancel.WaitHandle.WaitOne(_options.PollInterval);
            }
        }

        Keep();
    }

    private void Keep()
    {
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

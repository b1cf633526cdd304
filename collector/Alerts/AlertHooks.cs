using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>
/// Hands alerts to the hooks in the background: a bounded queue, three tries each with growing pauses. A hook that hangs
/// or fails never holds the collector up; what could not be told is counted and logged.
/// </summary>
internal sealed class AlertHooks : IAlertNotifier, IAsyncDisposable
{
    private const int Queued = 1000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly IReadOnlyList<IAlertHook> _hooks;
    private readonly AlertLevel _minimum;
    private readonly IReadOnlyList<TimeSpan> _pauses;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Channel<(Alert Alert, string Change)> _queue = Channel.CreateBounded<(Alert, string)>(new BoundedChannelOptions(Queued) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _worker;
    private long _dropped;
    private long _failed;
    private long _sent;

    /// <param name="hooks">Where to.</param>
    /// <param name="minimum">The lowest level that is told.</param>
    /// <param name="pauses">Between tries; their number is that of the tries after the first.</param>
    /// <param name="clock">For the pauses.</param>
    /// <param name="logger">Told of failures.</param>
    public AlertHooks(IReadOnlyList<IAlertHook> hooks, AlertLevel minimum, IReadOnlyList<TimeSpan> pauses, TimeProvider clock, ILogger logger)
    {
        _hooks = hooks;
        _minimum = minimum;
        _pauses = pauses;
        _clock = clock;
        _logger = logger;
        _worker = Task.Run(RunAsync);
    }

    public static IReadOnlyList<TimeSpan> DefaultPauses { get; } = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];

    /// <summary>Told; given up after the last try; not even queued.</summary>
    public (long Sent, long Failed, long Dropped) Counters => (Interlocked.Read(ref _sent), Interlocked.Read(ref _failed), Interlocked.Read(ref _dropped));

    public void Notify(Alert alert, string change)
    {
        if (alert.Level >= _minimum && !_queue.Writer.TryWrite((alert, change)))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _stopping.CancelAfter(TimeSpan.FromSeconds(5));
        await _worker.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var (alert, change) in _queue.Reader.ReadAllAsync(_stopping.Token))
            {
                await Task.WhenAll(_hooks.Select(hook => SendAsync(hook, alert, change)));
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: what is still queued is in the alert table.
        }
    }

    private async Task SendAsync(IAlertHook hook, Alert alert, string change)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
                limit.CancelAfter(Limit);
                await hook.SendAsync(alert, change, limit.Token);
                Interlocked.Increment(ref _sent);
                return;
            }
#pragma warning disable CA1031 // Whatever a hook throws concerns that hook alone.
            catch (Exception e) when (!_stopping.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (attempt >= _pauses.Count)
                {
                    Interlocked.Increment(ref _failed);
                    _logger.LogWarning("{Hook} was not told of alert {Alert}: {Reason}", hook.Name, alert.AlertId, e.Message);
                    return;
                }
            }

            await Task.Delay(_pauses[attempt], _clock, _stopping.Token);
        }
    }
}

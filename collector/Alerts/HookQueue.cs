using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SensorNet.Collector.Security;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>
/// Hands notices to the hooks in the background: a bounded queue, three tries each with growing pauses. A hook that hangs
/// or fails never holds the collector up; what could not be told is counted and logged.
/// </summary>
internal sealed class HookQueue : IAlertNotifier, IAsyncDisposable
{
    private const int Queued = 1000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly IReadOnlyList<IHook> _hooks;
    private readonly AlertLevel _minimum;
    private readonly IReadOnlyList<TimeSpan> _pauses;
    private readonly AuditLog? _audit;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Channel<Notice> _queue = Channel.CreateBounded<Notice>(new BoundedChannelOptions(Queued) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _worker;
    private long _dropped;
    private long _failed;
    private long _sent;

    /// <param name="hooks">Where to.</param>
    /// <param name="minimum">The lowest level that is told.</param>
    /// <param name="pauses">Between tries; their number is that of the tries after the first.</param>
    /// <param name="audit">Where it is recorded what was told; null: nowhere.</param>
    /// <param name="clock">For the pauses.</param>
    /// <param name="logger">Told of failures.</param>
    public HookQueue(IReadOnlyList<IHook> hooks, AlertLevel minimum, IReadOnlyList<TimeSpan> pauses, AuditLog? audit, TimeProvider clock, ILogger logger)
    {
        _hooks = hooks;
        _minimum = minimum;
        _pauses = pauses;
        _audit = audit;
        _clock = clock;
        _logger = logger;
        _worker = Task.Run(RunAsync);
    }

    public static IReadOnlyList<TimeSpan> DefaultPauses { get; } = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];

    /// <summary>Told; given up after the last try; not even queued.</summary>
    public (long Sent, long Failed, long Dropped) Counters => (Interlocked.Read(ref _sent), Interlocked.Read(ref _failed), Interlocked.Read(ref _dropped));

    public void Notify(Alert alert, string change)
    {
        if (alert.Level >= _minimum)
        {
            Enqueue(Notice.Of(alert, change));
        }
    }

    /// <summary>A source is to be blocked, or no longer: always told.</summary>
    public void Block(ListEntry entry, bool blocked, string actor) => Enqueue(Notice.OfBlock(entry, blocked, actor));

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _stopping.CancelAfter(TimeSpan.FromSeconds(5));
        await _worker.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private void Enqueue(Notice notice)
    {
        if (!_queue.Writer.TryWrite(notice))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    private void Record(IHook hook, Notice notice, string operation, string reason) =>
        _audit?.Post("collector", "", new Audit { ClassName = "hook", ObjectId = hook.Name, Operation = operation, After = $"{notice.Change} {notice.Id}{(reason.Length > 0 ? $" reason={reason}" : "")}" }, _logger);

    private async Task RunAsync()
    {
        try
        {
            await foreach (var notice in _queue.Reader.ReadAllAsync(_stopping.Token))
            {
                await Task.WhenAll(_hooks.Select(hook => SendAsync(hook, notice)));
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: what is still queued is in the alert table.
        }
    }

    private async Task SendAsync(IHook hook, Notice notice)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
                limit.CancelAfter(Limit);
                await hook.SendAsync(notice, limit.Token);
                Interlocked.Increment(ref _sent);
                Record(hook, notice, "sent", "");
                return;
            }
#pragma warning disable CA1031 // Whatever a hook throws concerns that hook alone.
            catch (Exception e) when (!_stopping.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (attempt >= _pauses.Count)
                {
                    Interlocked.Increment(ref _failed);
                    _logger.LogWarning("{Hook} was not told of {Change} {Id}: {Reason}", hook.Name, notice.Change, notice.Id, e.Message);
                    Record(hook, notice, "failed", e.Message);
                    return;
                }
            }

            await Task.Delay(_pauses[attempt], _clock, _stopping.Token);
        }
    }
}

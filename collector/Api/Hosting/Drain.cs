using Grpc.Core;
using SensorNet.Rpc.Server;

namespace SensorNet.Collector.Api.Hosting;

/// <summary>
/// Ends service without losing a last acknowledgement: health turns NOT_SERVING, running streams are told through
/// <see cref="Token"/> to send what they still have and end with UNAVAILABLE, and only then may the server stop.
/// Thread-safe.
/// </summary>
internal sealed class Drain(HealthStatus health, TimeProvider clock) : IDisposable
{
    // What handlers get to end in their own way before their calls are ended for them.
    private static readonly TimeSpan s_handlersTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _active;

    /// <summary>Cancelled when the collector is about to stop.</summary>
    public CancellationToken Token => _draining.Token;

    /// <summary>Ends with UNAVAILABLE the calls that do not end by themselves.</summary>
    public CallStop Stop => field ??= new CallStop(_ending.Token, new Status(StatusCode.Unavailable, "The collector is stopping."));

    public bool IsDraining => _draining.IsCancellationRequested;

    /// <summary>Counts a call while it runs; false when none may begin any more.</summary>
    public bool TryBegin()
    {
        lock (_gate)
        {
            if (IsDraining)
            {
                return false;
            }

            _active++;
            return true;
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _active--;
            if (_active == 0 && IsDraining)
            {
                _empty.TrySetResult();
            }
        }
    }

    /// <summary>Waits for running calls to end, no longer than given; then the server can be stopped.</summary>
    /// <returns>False when calls were still running.</returns>
    public async Task<bool> RunAsync(TimeSpan longest)
    {
        health.SetAll(serving: false);
        lock (_gate)
        {
            if (_active == 0)
            {
                _empty.TrySetResult();
            }
        }

        await _draining.CancelAsync().ConfigureAwait(false);
        _ending.CancelAfter(s_handlersTime);
        lock (_gate)
        {
            if (_active == 0)
            {
                _empty.TrySetResult();
            }
        }

        try
        {
            await _empty.Task.WaitAsync(longest, clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return false;
        }

        // The last trailers have been handed to the transport; they need a moment to be on the wire.
        await Task.Delay(s_settle, clock).ConfigureAwait(false);
        return true;
    }

    public void Dispose()
    {
        _draining.Dispose();
        _ending.Dispose();
    }
}

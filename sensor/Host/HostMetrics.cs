using SensorNet.Sensor.Events;

namespace SensorNet.Sensor.Host;

/// <summary>Measures the host at a fixed interval until cancelled; options may change meanwhile.</summary>
internal sealed class HostMetrics(HostOptions options, string host, IEventSink sink, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _changed = new(0);
    private HostOptions _options = options;

    /// <summary>Measures with other options from now on; counts of samples in a row begin anew. From any thread.</summary>
    public void Measure(HostOptions wanted)
    {
        Volatile.Write(ref _options, wanted);
        _changed.Release();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await RunAsync(Volatile.Read(ref _options), cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The sensor stops.
        }
    }

    public void Dispose() => _changed.Dispose();

    // Until the options change.
    private async Task RunAsync(HostOptions options, CancellationToken cancel)
    {
        if (!options.Enabled)
        {
            await _changed.WaitAsync(cancel);
            return;
        }

        var sampler = new HostSampler(options);
        var watch = new ResourceWatch(options, host, sink);
        sampler.Read();
        using var timer = new PeriodicTimer(options.Interval, clock);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            if (_changed.Wait(0, cancel))
            {
                return;
            }

            watch.Add(sampler.Read(), (clock.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100);
        }
    }
}

using SensorNet.Sensor.Events;

namespace SensorNet.Sensor.Host;

/// <summary>Measures the host at a fixed interval until cancelled.</summary>
internal sealed class HostMetrics(HostOptions options, string host, IEventSink sink, TimeProvider clock)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        if (!options.Enabled)
        {
            return;
        }

        var sampler = new HostSampler(options);
        var watch = new ResourceWatch(options, host, sink);
        sampler.Read();
        using var timer = new PeriodicTimer(options.Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                watch.Add(sampler.Read(), (clock.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100);
            }
        }
        catch (OperationCanceledException)
        {
            // The sensor stops.
        }
    }
}

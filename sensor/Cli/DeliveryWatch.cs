using System.Diagnostics;
using System.Globalization;
using SensorNet.Sensor.Uplink;

namespace SensorNet.Sensor.Cli;

/// <summary>Notices that nothing has been acknowledged, and no collector been reached, for too long.</summary>
internal sealed class DeliveryWatch(Delivery delivery, TimeSpan timeout)
{
    private ulong _acknowledged = delivery.Spool.Acknowledged;
    private long _moved = Stopwatch.GetTimestamp();

    /// <summary>The last sequence before this run's first event.</summary>
    public ulong First { get; } = delivery.Spool.Last;

    /// <exception cref="CommandException">It has been too long.</exception>
    public void Check()
    {
        var acknowledged = delivery.Spool.Acknowledged;
        if (acknowledged != _acknowledged || delivery.Uplink.IsConnected || acknowledged == delivery.Spool.Last)
        {
            _acknowledged = acknowledged;
            _moved = Stopwatch.GetTimestamp();
            return;
        }

        if (Stopwatch.GetElapsedTime(_moved) > timeout)
        {
            var statistics = delivery.Spool.GetStatistics();
            var why = delivery.Uplink.LastEnd?.Detail ?? "no answer";
            throw new CommandException(
                ExitCode.Collector,
                string.Create(CultureInfo.InvariantCulture, $"The collector could not be reached for {timeout.TotalSeconds:0} s ({why}); {statistics.Waiting} events stay in the spool and go out with the next run."));
        }
    }
}

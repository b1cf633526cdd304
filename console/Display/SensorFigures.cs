using System.Globalization;
using SensorNet.V1;

namespace SensorNet.Console.Display;

/// <summary>What can be said of a sensor from its heartbeat.</summary>
internal static class SensorFigures
{
    /// <summary>Everything it says it lost: the sum of its counters that speak of drops.</summary>
    public static ulong Drops(Sensor sensor)
    {
        var drops = 0UL;
        foreach (var (name, count) in sensor.Counters)
        {
            if (name.Contains("drop", StringComparison.OrdinalIgnoreCase))
            {
                drops += count;
            }
        }

        return drops;
    }

    /// <summary>From seeing to storing, <c>0.4s</c>; <c>-</c> for a sensor that is not up.</summary>
    public static string Lag(Sensor sensor)
    {
        if (sensor.State != "up")
        {
            return "-";
        }

        return sensor.LagMs < 60_000
            ? string.Create(CultureInfo.InvariantCulture, $"{sensor.LagMs / 1000.0:0.0}s")
            : Times.Length(TimeSpan.FromMilliseconds(Math.Min(sensor.LagMs, 1UL << 40)));
    }
}

using System.Globalization;
using SensorNet.V1;

namespace SensorNet.Console.Display;

/// <summary>Who an alert accuses, in one cell.</summary>
internal static class AlertSource
{
    /// <summary>
    /// The address; of a distributed attack the first ones and how many more there are; without any, the group's key.
    /// </summary>
    /// <param name="alert">The alert.</param>
    /// <param name="named">How many addresses fit.</param>
    public static string Of(Alert alert, int named = 1)
    {
        if (alert.SourceIp.Length > 0)
        {
            return alert.SourceIp;
        }

        if (alert.Sources.Count > 0)
        {
            var first = alert.Sources.Take(named).ToList();
            var more = (long)Math.Max(alert.SourceCount, (ulong)alert.Sources.Count) - first.Count;
            return string.Join(' ', first) + (more > 0 ? string.Create(CultureInfo.InvariantCulture, $" +{more}") : "");
        }

        return alert.GroupKey.Count == 0 ? "-" : string.Join(' ', alert.GroupKey.Select(part => $"{part.Field}={part.Value}"));
    }
}

using SensorNet.Console.Client;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary>Finds the alert that an operator names by the beginning of its id.</summary>
internal static class AlertLookup
{
    /// <summary>The full id.</summary>
    /// <exception cref="UsageException">No alert, or more than one, begins so.</exception>
    public static async Task<string> ResolveAsync(ICollector collector, string given, CancellationToken cancellation)
    {
        var matches = new List<string>();
        await foreach (var alert in collector.ListAlertsAsync(new ListAlertsRequest { Limit = 1_000_000 }, cancellation))
        {
            if (alert.AlertId == given)
            {
                return given;
            }

            if (alert.AlertId.StartsWith(given, StringComparison.OrdinalIgnoreCase))
            {
                matches.Add(alert.AlertId);
            }
        }

        return matches switch
        {
            [var only] => only,
            [] => throw new CollectorException(CollectorFailure.NotFound, $"There is no alert '{given}'. 'sensornet alerts list' shows the ids."),
            _ => throw new UsageException($"'{given}' begins the ids of {matches.Count} alerts; give more of it: {string.Join(", ", matches.Take(5))}{(matches.Count > 5 ? " ..." : "")}"),
        };
    }
}

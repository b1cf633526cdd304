using System.Globalization;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Console.Display;

/// <summary>What can be said of an entity from its counts by event type.</summary>
internal static class EntityFigures
{
    /// <summary>Events of it that are failures by their type.</summary>
    public static ulong Failures(Entity entity)
    {
        var failures = 0UL;
        foreach (var type in EventTypes.Failures)
        {
            failures += entity.Counts.TryGetValue(type, out var count) ? count : 0;
        }

        return failures;
    }

    /// <summary>
    /// How much it deserves a look, 0 to 100: its open alerts (a critical one 40, high 20, medium 8, low 3), and up to 20 for
    /// the share of its events that are failures, in full from ten failures on.
    /// </summary>
    public static int Score(Entity entity, IEnumerable<Alert> open)
    {
        var failures = (double)Failures(entity);
        var score = failures / Math.Max(entity.Events, 1) * Math.Min(failures, 10) * 2;
        foreach (var alert in open)
        {
            score += alert.Level switch
            {
                AlertLevel.Critical => 40,
                AlertLevel.High => 20,
                AlertLevel.Medium => 8,
                AlertLevel.Low => 3,
                _ => 0,
            };
        }

        return (int)Math.Min(100, Math.Round(score));
    }

    /// <summary><c>NL AS64500</c>, <c>private</c> for networks that nobody routes, or <c>-</c>.</summary>
    public static string Who(Entity entity)
    {
        if (entity.Asn > 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{entity.Country} AS{entity.Asn}").TrimStart();
        }

        return entity.Country.Length > 0 ? entity.Country : Addresses.IsPrivate(entity.Id) ? "private" : "-";
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SensorNet.Collector.Storage;

internal sealed partial class EventStore
{
    private const int MaxRecorded = 10_000;

    private readonly ConcurrentDictionary<(uint Segment, int Block), DamagedBlock> damage = [];

    /// <summary>What was found to be unreadable since the store was opened, in order of position.</summary>
    public IReadOnlyList<DamagedBlock> Damage => [.. damage.Values.OrderBy(d => (d.Segment, d.Block))];

    /// <summary>How many places that is.</summary>
    public int DamageCount => damage.Count;

    private bool IsDamaged(uint segment) => damage.Keys.Any(d => d.Segment == segment && d.Block >= 0);

    private void RecordDamage(Segment segment, int ordinal, string reason)
    {
        var first = ordinal * StoreKeys.BlockEvents;
        var last = first + StoreKeys.BlockEvents - 1;
        var known = ordinal < segment.Blocks && segment.EarliestOf(ordinal) != 0;
        var block = new DamagedBlock(
            segment.Number,
            ordinal,
            StoreKeys.Position(segment.Number, first),
            StoreKeys.Position(segment.Number, segment.IsSealed ? Math.Min(last, segment.Rows - 1) : last),
            known ? segment.EarliestOf(ordinal) : 0,
            known ? segment.LatestOf(ordinal) : 0,
            reason);
        if (damage.Count < MaxRecorded && damage.TryAdd((segment.Number, ordinal), block))
        {
            logger.LogError(
                "Stored events cannot be read: segment {Segment}, positions {First} to {Last}, times {From} to {To}: {Reason}",
                segment.Number, block.FirstPosition, block.LastPosition, TimeText(block.Earliest), TimeText(block.Latest), reason);
        }
    }

    private void RecordIndexDamage(uint segment, string reason)
    {
        if (damage.Count < MaxRecorded && damage.TryAdd((segment, -1), new DamagedBlock(segment, -1, 0, 0, 0, 0, reason)))
        {
            logger.LogError("The index of segment {Segment} cannot be read; its events are searched without it: {Reason}", segment, reason);
        }
    }

    private static string TimeText(long nanoseconds) =>
        nanoseconds == 0 ? "unknown" : DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
}

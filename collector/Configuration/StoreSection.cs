using SensorNet.Collector.Storage;
using SensorNet.Proto.Configuration;

namespace SensorNet.Collector.Configuration;

/// <summary>The <c>store</c> section: how long and how much is kept.</summary>
internal static class StoreSection
{
    /// <param name="section">The section to read.</param>
    /// <param name="directory">The store's directory, inside the state directory.</param>
    public static StoreOptions Read(ConfigurationSection section, string directory)
    {
        var defaults = new StoreOptions { Directory = directory };
        return defaults with
        {
            RetainFor = section.Duration("retention", defaults.RetainFor, TimeSpan.Zero, TimeSpan.FromDays(36500), "How long events are kept; 0s: for ever."),
            RetainBytes = section.Size("max_size", defaults.RetainBytes, 0, long.MaxValue, "Size of the events above which the oldest are dropped; 0B: no limit."),
            RetainObjectsFor = section.Duration("retention_objects", defaults.RetainObjectsFor, TimeSpan.FromDays(1), TimeSpan.FromDays(36500), "How long calls, counters and entities are kept."),
            MinFreeBytes = section.Size("min_free", defaults.MinFreeBytes, 0, long.MaxValue, "Free disk space below which the oldest events are dropped, and then new ones refused."),
            CacheBytes = section.Size("cache", defaults.CacheBytes, 8L << 20, 64L << 30, "Memory for table blocks."),
        };
    }
}

using SensorNet.Collector.Export;
using SensorNet.Proto.Configuration;

namespace SensorNet.Collector.Configuration;

/// <summary>The <c>event_files</c> section: events written a second time, as JSON lines.</summary>
internal static class EventFilesSection
{
    /// <param name="section">The section to read.</param>
    /// <param name="state">The state directory, where the files go unless another directory is named.</param>
    public static EventFileOptions Read(ConfigurationSection section, string state)
    {
        var defaults = new EventFileOptions();
        var enabled = section.Flag("enabled", false, "Write events.jsonl, ssh_attempts.jsonl, audit.jsonl and alerts.jsonl beside the store.");
        var directory = section.Text("directory", "events", "Where; a relative path begins at the state directory.");
        return new EventFileOptions
        {
            Directory = enabled ? Path.Combine(state, directory) : null,
            MaxFileBytes = section.Size("max_size", defaults.MaxFileBytes, 1 << 20, long.MaxValue, "Size at which a file is set aside."),
            Kept = (int)section.Integer("kept", defaults.Kept, 0, 1000, "Files set aside that are kept of each kind."),
        };
    }
}

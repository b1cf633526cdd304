using SensorNet.Collector.Detection.Sigma;

namespace SensorNet.Collector.Detection;

/// <summary>The texts of rule files as they were read, so that rules can be compiled again without looking at the disk.</summary>
/// <param name="Rules">Path and text of each rule file.</param>
/// <param name="Overlays">Path and text of each overlay.</param>
/// <param name="Unreadable">Files that could not be read.</param>
internal sealed record RuleFiles(
    IReadOnlyList<(string Path, string Text)> Rules,
    IReadOnlyList<(string Path, string Text)> Overlays,
    IReadOnlyList<RuleError> Unreadable)
{
    private const long LargestFile = 4 << 20;

    /// <summary>
    /// Reads every <c>*.yml</c> and <c>*.yaml</c> of the folders, sub-folders included; those named <c>thresholds.yml</c> are
    /// overlays.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static RuleFiles Read(IReadOnlyList<string> directories)
    {
        var rules = new List<(string, string)>();
        var overlays = new List<(string, string)>();
        var unreadable = new List<RuleError>();
        foreach (var directory in directories)
        {
            foreach (var file in FilesOf(directory))
            {
                if (TryRead(file, unreadable) is { } text)
                {
                    (Path.GetFileName(file) == RuleLoader.OverlayName ? overlays : rules).Add((file, text));
                }
            }
        }

        return new RuleFiles(rules, overlays, unreadable);
    }

    private static IEnumerable<string> FilesOf(string directory) =>
        Directory.EnumerateFiles(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden })
            .Where(f => f.EndsWith(".yml", StringComparison.OrdinalIgnoreCase) || f.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal);

    private static string? TryRead(string file, List<RuleError> unreadable)
    {
        try
        {
            if (new FileInfo(file).Length > LargestFile)
            {
                unreadable.Add(new RuleError(file, 0, $"is larger than {LargestFile >> 20} MiB, which no rule file is"));
                return null;
            }

            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            unreadable.Add(new RuleError(file, 0, $"cannot be read: {e.Message}"));
            return null;
        }
    }
}

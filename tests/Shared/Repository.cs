namespace SensorNet.Tests.Shared;

/// <summary>Finds the checkout that the tests were built from, and its test data.</summary>
internal static class Repository
{
    /// <summary>The folder that holds SensorNet.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A path under tests/data; it exists in every checkout.</summary>
    public static string TestData(params string[] parts) => Path.Combine([Root, "tests", "data", .. parts]);

    /// <summary>
    /// A path in the labelled traffic beside the checkout (<c>../shared/data</c>), which not every machine has:
    /// the calling test is skipped where it is absent.
    /// </summary>
    public static string SharedData(params string[] parts)
    {
        var path = Path.Combine([Path.GetDirectoryName(Root)!, "shared", "data", .. parts]);
        Assert.SkipUnless(Path.Exists(path), $"no labelled traffic at {path}");
        return path;
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "SensorNet.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"No SensorNet.sln above {AppContext.BaseDirectory}.");
    }
}

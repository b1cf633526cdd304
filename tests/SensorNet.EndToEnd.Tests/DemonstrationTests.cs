using SensorNet.Tests.Shared;

namespace SensorNet.EndToEnd.Tests;

/// <summary>The README's first command, without a terminal.</summary>
[Trait("Category", "Slow")]
public class DemonstrationTests
{
    [Fact]
    public async Task It_prints_the_alerts_of_a_day_with_their_attackers_and_leaves_nothing_behind()
    {
        var temporary = Directory.CreateTempSubdirectory("sensornet-demo-test-").FullName;
        try
        {
            var result = await RunningProgram.RunAsync(
                "bash",
                [Path.Combine(Repository.Root, "console", "demo.sh")],
                TimeSpan.FromMinutes(8),
                new Dictionary<string, string> { ["TMPDIR"] = temporary });
            var table = result.Succeeded();

            // Each kind of attack beside the address that the labels give it.
            Row(table, "v01_", "127.66.1.5");
            Row(table, "enumeration", "127.66.2.7");
            Row(table, "v05_", "127.66.3.3");
            Row(table, "v25_", "127.66.3.3");
            Row(table, "v55_", "127.66.10.");
            Row(table, "v12_", "127.66.5.5");
            Row(table, "v13_", "127.66.5.6");
            Row(table, "v14_", "127.66.5.20");
            Row(table, "v36_", "127.66.30.30");
            Row(table, "h01_", "127.66.50.1");

            // The build leaves scratch files of its own.
            Assert.Empty(Directory.GetFileSystemEntries(temporary, "sensornet-*"));
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private static void Row(string table, string rule, string address) =>
        Assert.True(
            table.Split('\n').Any(line => line.Contains(rule, StringComparison.Ordinal) && line.Contains(address, StringComparison.Ordinal)),
            $"no row with {rule} and {address}:\n{table}");
}

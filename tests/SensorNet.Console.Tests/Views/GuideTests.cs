using System.Text.RegularExpressions;
using SensorNet.Console.Tests.Support;
using SensorNet.Tests.Shared;

namespace SensorNet.Console.Tests.Views;

/// <summary>The operator's guide tells the truth: its screens are the golden ones, its commands exist.</summary>
public sealed partial class GuideTests
{
    private static readonly string Path = System.IO.Path.Combine(Repository.Root, "console", "README.md");

    [Fact]
    public void The_screens_of_the_guide_are_what_the_console_draws()
    {
        var guide = File.ReadAllText(Path);
        var expected = ScreenBlock().Replace(guide, block =>
            $"<!-- screen {block.Groups[1].Value} -->\n```\n{File.ReadAllText(Repository.TestData("screens", block.Groups[1].Value + ".txt"))}```\n");
        if (Environment.GetEnvironmentVariable("SENSORNET_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(Path, expected);
            return;
        }

        Assert.Equal(expected, guide);
        Assert.True(ScreenBlock().Count(guide) >= 4);
    }

    [Fact]
    public void Every_command_of_the_guide_exists()
    {
        var commands = CommandLine().Matches(File.ReadAllText(Path)).Select(m => m.Groups[1].Value.Trim()).Where(c => c.Length > 0).Distinct().ToList();
        Assert.InRange(commands.Count, 20, 100);
        foreach (var command in commands)
        {
            // The words up to the first argument or choice; "list|show" is taken apart.
            var words = command.Split(' ').TakeWhile(w => WordPattern().IsMatch(w)).ToList();
            foreach (var last in words.Count > 0 ? words[^1].Split('|') : [""])
            {
                string[] path = [.. words.SkipLast(1), last, "--help"];
                var (code, output, error) = new CliRig(SampleData.Create()).Run([.. path.Where(w => w.Length > 0)]);
                Assert.True(code == 0 && output.Contains("Usage", StringComparison.Ordinal), $"{command}: {string.Join(' ', path)} is no command: {error}");
            }
        }
    }

    [GeneratedRegex(@"<!-- screen (\S+) -->\n```\n(?:.*\n)*?```\n")]
    private static partial Regex ScreenBlock();

    [GeneratedRegex(@"^    sensornet(.*?)(?:   .*)?$", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"^[a-z|]+$")]
    private static partial Regex WordPattern();
}

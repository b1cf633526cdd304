using SensorNet.Console.Tests.Support;
using SensorNet.Console.Views;

namespace SensorNet.Console.Tests.Views;

public sealed class CrashReportTests
{
    private static readonly Exception Fault = new InvalidOperationException("broken");

    [Fact]
    public void A_fault_is_kept_in_a_file_that_the_sentence_names()
    {
        using var folder = new PrivateFolder();
        var sentence = CrashReport.Keep(Fault, folder.File("state"), SampleData.Now);
        var path = Path.Combine(folder.File("state"), "crash-20261121T120431Z.txt");
        Assert.EndsWith(path, sentence, StringComparison.Ordinal);
        Assert.Contains("broken", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_file_can_be_written_the_sentence_holds_the_fault() =>
        Assert.Contains("broken", CrashReport.Keep(Fault, "/proc/nonexistent", SampleData.Now), StringComparison.Ordinal);
}

using System.Text;
using SensorNet.Proto;
using SensorNet.Sensor.Logs;
using SensorNet.Tests.Shared;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Logs.Formats;

/// <summary>
/// Lines in the true shape of the programs that write them, each followed by what it must become
/// (<c>tests/data/logs/labelled</c>; a line without a label is no event). Every line counts: one that is missed is lost recall,
/// one that should be nothing and is something is lost precision.
/// </summary>
public sealed class LabelledLinesTests
{
    private static readonly string[] Fields = ["event.type", "source.ip", "source.port", "source.domain", "user.name", "service.name", "auth.method", "event.reason"];

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder, "*.log").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    private static string Folder => Repository.TestData("logs", "labelled");

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_line_becomes_what_its_label_says(string file)
    {
        var collected = new Collected();
        var pipeline = new LogPipeline(new LogPipelineOptions { Host = "testhost", Origin = file, ReferenceTime = LogRun.Reference }, collected, TimeProvider.System);
        var wrong = new List<string>();
        foreach (var (line, expected) in Read(Path.Combine(Folder, file)))
        {
            var verdict = pipeline.Line(Encoding.UTF8.GetBytes(line));
            var got = collected.Take();
            if (!got.SequenceEqual(expected) || verdict == LineVerdict.NotMine)
            {
                wrong.Add($"{line}\n  expected {string.Join(" | ", expected)}\n  got      {string.Join(" | ", got)} ({verdict})");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(0, pipeline.Counters.Failed);
    }

    private static IEnumerable<(string Line, string[] Expected)> Read(string path)
    {
        string? line = null;
        var expected = new List<string>();
        foreach (var text in File.ReadLines(path).Where(t => t.Length > 0 && t[0] != '#'))
        {
            if (text.StartsWith("=> ", StringComparison.Ordinal))
            {
                expected.Add(text[3..]);
                continue;
            }

            if (line is not null)
            {
                yield return (line, [.. expected]);
            }

            line = text;
            expected.Clear();
        }

        if (line is not null)
        {
            yield return (line, [.. expected]);
        }
    }

    private sealed class Collected : ILogOutput
    {
        private readonly List<string> _events = [];

        public void Emit(Event e, long offset, long emitted) =>
            _events.Add(string.Join(' ', Fields.Select(name => (Name: name, Value: EventFields.Resolve(name).Get(e))).Where(f => f.Value.Exists).Select(f => $"{f.Name}={f.Value}")));

        public string[] Take()
        {
            string[] taken = [.. _events];
            _events.Clear();
            return taken;
        }
    }
}

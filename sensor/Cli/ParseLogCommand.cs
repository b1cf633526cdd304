using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using SensorNet.Proto;
using SensorNet.Proto.Configuration;
using SensorNet.Sensor.Logs;
using SensorNet.V1;

namespace SensorNet.Sensor.Cli;

/// <summary><c>parse-log</c>: what each line of a log becomes, and what not.</summary>
internal static class ParseLogCommand
{
    private static readonly string[] Formats = [.. Enum.GetNames<LogFormat>().Select(n => n.ToLowerInvariant())];

    public static Command Build(CommonOptions common)
    {
        var file = new Argument<string>("FILE") { Description = "A log file, plain or gzip; `-` is standard input." };
        var explain = new Option<bool>("--explain") { Description = "Print every line with what became of it, and a summary." };
        var format = new Option<string>("--format") { Description = $"How to read the lines: {string.Join(", ", Formats)}.", DefaultValueFactory = _ => "auto", HelpName = "FORMAT" };
        format.AcceptOnlyFromAmong(Formats);
        var parsers = new Option<string[]>("--parsers") { Description = "Parsers of your own to try, beside the configured ones; may be given several times.", HelpName = "FILE" };
        var command = new Command("parse-log", "Prints the events in a log as JSON lines, or, with --explain, what became of each line.\n\nExample:\n  sensornet-sensor parse-log --explain /var/log/auth.log") { file, explain, format, parsers };
        common.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = common.Load(parsed);
            var path = parsed.GetValue(file)!;
            var logs = options.Logs with { Parsers = [.. options.Logs.Parsers, .. (parsed.GetValue(parsers) ?? []).SelectMany(Parsers)] };
            try
            {
                using var stream = Open(path);
                var reference = path == "-" ? DateTimeOffset.UtcNow : new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero);
                Run(stream, path, Enum.Parse<LogFormat>(parsed.GetValue(format)!, ignoreCase: true), logs, reference, parsed.GetValue(explain));
                return ExitCode.Ok;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                throw new CommandException(ExitCode.Input, $"{path}: cannot be read: {problem.Message}", problem);
            }
        });
        return command;
    }

    private static IReadOnlyList<OperatorParser> Parsers(string path)
    {
        try
        {
            return OperatorParsers.Load(path);
        }
        catch (ConfigurationException problem)
        {
            throw new CommandException(ExitCode.Configuration, problem.Message, problem);
        }
    }

    private static Stream Open(string path)
    {
        if (path == "-")
        {
            return Console.OpenStandardInput();
        }

        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static void Run(Stream stream, string origin, LogFormat format, LogOptions logs, DateTimeOffset reference, bool explain)
    {
        using var standardOutput = new DescriptorStream(1, reader: false);
        using var lines = new JsonLinesOutput(standardOutput);
        var output = new Collected();
        var pipeline = new LogPipeline(
            new LogPipelineOptions { Host = logs.Host, Origin = origin, Format = format, Zone = logs.Zone, ReferenceTime = reference, Parsers = logs.Parsers },
            output,
            TimeProvider.System);
        var splitter = new LineSplitter();
        void OnLine(ReadOnlySpan<byte> line, long start, bool cut)
        {
            var verdict = pipeline.Line(line, start, cut);
            if (explain)
            {
                Console.Out.WriteLine($"{Word(verdict),-10} {Printable(line)}\n           ({pipeline.Explain(line, verdict)})");
            }

            Give(output, lines, explain);
        }

        LineSplitter.LineHandler handler = OnLine;
        var buffer = new byte[256 << 10];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            splitter.Add(buffer.AsSpan(0, read), handler);
        }

        splitter.End(handler);
        pipeline.End();
        Give(output, lines, explain);
        lines.Flush();
        var counters = pipeline.Counters;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{counters.Lines} lines: {counters.Events} events, {counters.Quiet} understood without an event, {counters.Repeats} of an attempt already told, {counters.Unclaimed} that no parser knows"));
    }

    private static void Give(Collected output, JsonLinesOutput lines, bool explain)
    {
        foreach (var e in output.Events)
        {
            if (e.Severity == Severity.Unspecified)
            {
                e.Severity = EventTypes.Get(e.Type).Severity;
            }

            if (explain)
            {
                Console.Out.WriteLine($"           -> {string.Join(' ', Summary(e))}");
            }
            else
            {
                lines.TryAppend(e, default);
            }
        }

        output.Events.Clear();
    }

    private static IEnumerable<string> Summary(Event e)
    {
        foreach (var name in (string[])["event.type", "event.time", "source.ip", "source.port", "source.domain", "user.name", "service.name", "auth.method", "event.reason"])
        {
            var value = EventFields.Resolve(name).Get(e);
            if (value.Exists)
            {
                yield return name == "event.time" ? EventJson.Rfc3339(value.Integer) : $"{name}={Printable(System.Text.Encoding.UTF8.GetBytes(value.ToString()))}";
            }
        }
    }

    private static string Word(LineVerdict verdict) => verdict switch
    {
        LineVerdict.Event => "event",
        LineVerdict.NoEvent => "no event",
        LineVerdict.Repeats => "repeats",
        LineVerdict.Held => "held",
        _ => "unknown",
    };

    // A log may hold anything; a terminal must not be told to do things by it.
    private static string Printable(ReadOnlySpan<byte> text) =>
        new([.. System.Text.Encoding.UTF8.GetString(text).Select(c => char.IsControl(c) ? '\u00B7' : c)]);

    private sealed class Collected : ILogOutput
    {
        public List<Event> Events { get; } = [];

        public void Emit(Event e, long offset, long emitted) => Events.Add(e);
    }
}

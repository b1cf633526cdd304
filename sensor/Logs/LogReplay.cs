using System.IO.Compression;
using SensorNet.Sensor.Events;

namespace SensorNet.Sensor.Logs;

/// <summary>Reads a log file once, from start to end, and gives its events in the order of its lines.</summary>
internal static class LogReplay
{
    private const int BufferSize = 256 * 1024;

    /// <summary>Reads a file; a name that ends in <c>.gz</c> is decompressed. Memory is bounded whatever the file holds.</summary>
    /// <returns>What became of the lines.</returns>
    /// <exception cref="IOException">The file cannot be read (also <see cref="UnauthorizedAccessException"/>).</exception>
    /// <exception cref="InvalidDataException">A .gz file is damaged; events up to there were given.</exception>
    public static LogCounters Run(string path, LogReplayOptions options, IEventSink sink, CancellationToken cancel = default)
    {
        var reference = options.ReferenceTime ?? new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        return Run(stream, path, options with { ReferenceTime = reference }, sink, cancel);
    }

    /// <summary>Reads a stream, for example standard input, to its end.</summary>
    public static LogCounters Run(Stream stream, string origin, LogReplayOptions options, IEventSink sink, CancellationToken cancel = default)
    {
        var pipeline = new LogPipeline(
            new LogPipelineOptions
            {
                Host = options.Host ?? Environment.MachineName,
                Origin = origin,
                Format = options.Format,
                Zone = options.Zone,
                ReferenceTime = options.ReferenceTime,
                TimeShift = options.TimeShift,
                EmitRaw = options.EmitRaw,
                Synthetic = options.Synthetic,
                Parsers = options.Parsers,
            },
            new SinkOutput(sink),
            TimeProvider.System);
        var splitter = new LineSplitter();
        void OnLine(ReadOnlySpan<byte> line, long start, bool cut) => pipeline.Line(line, start, cut);
        LineSplitter.LineHandler handler = OnLine;
        var buffer = new byte[BufferSize];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            cancel.ThrowIfCancellationRequested();
            splitter.Add(buffer.AsSpan(0, read), handler);
        }

        splitter.End(handler);
        pipeline.End();
        return pipeline.Counters;
    }
}

using System.Globalization;
using SensorNet.Proto;
using SensorNet.Sensor.Configuration;
using SensorNet.Sensor.Privacy;
using SensorNet.Sensor.Uplink;

namespace SensorNet.Sensor.Cli;

/// <summary>A replay whose events go to JSON lines.</summary>
internal static class ReplayToJson
{
    /// <returns>The exit status.</returns>
    /// <exception cref="CommandException">An input cannot be read, or the output not be written.</exception>
    public static int Run(ReplayRequest request, SensorOptions options, string output, TextWriter progress, CancellationToken cancellation)
    {
        using var lines = new JsonLinesOutput(Open(output));
        IReadOnlyList<string> truncations;
        var filter = new EventTypeFilter(options.DisabledEvents);
        using (var queue = new EventQueue(
            new EventQueueOptions { Capacity = options.QueueCapacity, Wait = true, Host = request.Host }, filter, lines, [new DuplicateMarker(() => string.Create(CultureInfo.InvariantCulture, $"0-{lines.Count + 1}")), new PrivacyStage(PrivacyRules.Read(options))], TimeProvider.System))
        {
            var replay = new Replay(request, options, queue, progress);
            try
            {
                replay.Run(cancellation);
            }
            finally
            {
                queue.Dispose();
            }

            truncations = replay.Totals.Truncations;
            if (queue.Failure is { } failure)
            {
                throw new CommandException(ExitCode.Failure, $"{output}: events cannot be written: {failure.Message}", failure);
            }
        }

        progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lines.Count} events"));
        if (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }

        return truncations.Count == 0 ? ExitCode.Ok : throw new CommandException(ExitCode.Input, string.Join("; ", truncations));
    }

    private static Stream Open(string output)
    {
        if (output == "-")
        {
            return new DescriptorStream(1, reader: false);
        }

        try
        {
            // Unbuffered: what cannot be written is told once, by the write, and not again by the closing.
            return new FileStream(output, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failure, $"{output}: cannot be written: {problem.Message}", problem);
        }
    }
}

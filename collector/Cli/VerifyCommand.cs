using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using SensorNet.Collector.Configuration;
using SensorNet.Collector.Storage;

namespace SensorNet.Collector.Cli;

/// <summary><c>verify</c>: reads a whole store, or a backup of one, and says what of it cannot be read.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var file = new Option<string?>("--config", "-c") { Description = "YAML file that names the state directory." };
        var state = new Option<string?>("--state-dir") { Description = "State directory of a collector, running or not." };
        var store = new Option<string?>("--store") { Description = "Directory of a store, e.g. a backup, instead of a state directory." };
        var command = new Command("verify", "Reads everything that is stored and says what is damaged. Changes nothing; works beside a running collector.") { file, state, store };
        command.SetAction((parse, cancellation) =>
        {
            var options = CollectorOptions.Load(parse.GetValue(file), parse.GetValue(state)).Store with { ReadOnly = true };
            if (parse.GetValue(store) is { } directory)
            {
                options = options with { Directory = Path.GetFullPath(directory) };
            }

            return Task.FromResult(Run(options, cancellation));
        });
        return command;
    }

    private static int Run(StoreOptions options, CancellationToken cancellation)
    {
        if (!Directory.Exists(options.Directory))
        {
            Console.Error.WriteLine($"sensornet-collector: there is no store in {options.Directory}; --state-dir or --store name another.");
            return ExitCode.Usage;
        }

        try
        {
            using var store = EventStore.Open(options, TimeProvider.System, NullLogger.Instance);
            var report = new StoreVerifier(store).Run(null, cancellation);
            foreach (var problem in report.Problems)
            {
                Console.Error.WriteLine($"sensornet-collector: {problem}");
            }

            StoreCommandErrors.ReportDamage(store);
            Console.WriteLine($"{report.Events} events in {report.Blocks} blocks of {report.Segments} segments, {report.Rows} other rows: {(report.IsSound ? "sound" : $"{report.Damage.Count} damaged blocks, {report.Problems.Count} problems")}");
            return report.IsSound ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (Exception e) when (e is IOException or NativeLibraryMissingException or UnauthorizedAccessException)
        {
            return StoreCommandErrors.Report(e);
        }
    }
}

using System.Globalization;
using SensorNet.Sensor.Configuration;
using SensorNet.Sensor.Privacy;
using SensorNet.Sensor.Spool;
using SensorNet.Sensor.Uplink;

namespace SensorNet.Sensor.Cli;

/// <summary>
/// A replay whose events go to the collector. It has succeeded when every event is acknowledged; a collector that refuses
/// ends it at once, one that cannot be reached after the timeout. What is not delivered stays in the spool.
/// </summary>
internal static class ReplayToCollector
{
    /// <returns>The exit status.</returns>
    /// <exception cref="CommandException">An input cannot be read; refused; not reached.</exception>
    public static async Task<int> RunAsync(
        ReplayRequest request, SensorOptions options, TimeSpan timeout, TextWriter progress, CancellationToken cancellation)
    {
        await using var delivery = Open(request, options);
        using var give = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var replay = new Replay(request, options, delivery.Events, progress);
        var refusal = new TaskCompletionSource<LinkEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        delivery.Uplink.Ended = end =>
        {
            if (end.Kind == LinkEndKind.Refused)
            {
                refusal.TrySetResult(end);
            }
        };
        var watch = new DeliveryWatch(delivery, timeout);
        var playing = Task.Factory.StartNew(() => replay.Run(give.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await FinishAsync(playing, refusal.Task, watch, give);
            if (cancellation.IsCancellationRequested)
            {
                delivery.Events.Abandon();
                await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"interrupted; {delivery.Spool.GetStatistics().Waiting} events stay in the spool"));
                return ExitCode.Interrupted;
            }

            await FinishAsync(Task.Run(delivery.Events.Dispose, CancellationToken.None), refusal.Task, watch, give);
            delivery.Uplink.Close();
            await FinishAsync(delivery.Running, refusal.Task, watch, give);
        }
        catch
        {
            delivery.Events.Abandon();
            await give.CancelAsync();
            await playing.ContinueWith(static _ => { }, TaskScheduler.Default);
            throw;
        }

        if (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }

        await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{delivery.Spool.Last - watch.First} events sent, all acknowledged"));
        return replay.Totals.Truncations is { Count: > 0 } truncations
            ? throw new CommandException(ExitCode.Input, string.Join("; ", truncations))
            : ExitCode.Ok;
    }

    private static Delivery Open(ReplayRequest request, SensorOptions options)
    {
        try
        {
            return Delivery.Open(
                options,
                new DeliveryMode(request.Host, Wait: true, ["replay", .. request.Captures.Count > 0 ? ["sip_capture"] : Array.Empty<string>()], [new PrivacyStage(PrivacyRules.Read(options))]),
                Log.ForStandardError(LogLevel.Warning),
                TimeProvider.System);
        }
        catch (StateDirectoryException problem)
        {
            throw new CommandException(problem.Locked ? ExitCode.Busy : ExitCode.Configuration, problem.Message, problem);
        }
        catch (NotJoinedException problem)
        {
            throw new CommandException(ExitCode.Configuration, problem.Message, problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failure, $"{options.Spool.Directory}: the spool cannot be opened: {problem.Message}", problem);
        }
    }

    // Waits for work that needs the collector, until it is refused or out of reach for too long.
    private static async Task FinishAsync(Task work, Task<LinkEnd> refusal, DeliveryWatch watch, CancellationTokenSource give)
    {
        while (!work.IsCompleted && !give.IsCancellationRequested)
        {
            await Task.WhenAny(work, refusal, Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None));
            if (refusal.IsCompletedSuccessfully)
            {
                throw new CommandException(ExitCode.Collector, (await refusal).Detail);
            }

            watch.Check();
        }

        if (work.IsCompleted)
        {
            await work;
        }
    }
}

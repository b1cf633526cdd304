using System.Runtime.InteropServices;
using SensorNet.Proto;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Configuration;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Host;
using SensorNet.Sensor.Logs;
using SensorNet.Sensor.Privacy;
using SensorNet.Sensor.Uplink;
using SensorNet.V1;

namespace SensorNet.Sensor.Cli;

/// <summary>The sensor at work: capture, logs and delivery wired together, and the signals that govern them.</summary>
internal static class LiveSensor
{
    private static readonly TimeSpan HealthInterval = TimeSpan.FromMinutes(1);

    /// <summary>Runs until cancelled.</summary>
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(LiveRequest request, CancellationToken cancellation)
    {
        var options = request.Load();
        var log = Log.ForStandardError(options.MessageLevel);
        var time = TimeProvider.System;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var privacy = new PrivacyStage(PrivacyRules.Read(options));
        await using var delivery = Delivery.Open(options, new DeliveryMode(options.Host, Wait: false, Capabilities(options), [privacy]), log, time);
        using var logs = new LogService(options.Logs, delivery.Events, delivery.Positions, time);
        Report(delivery, logs);
        using var metrics = new HostMetrics(options.Metrics, options.Host, delivery.Events, time);
        var (capture, tracker) = Capture(options, delivery, log, time);
        var live = new LiveReload(request, options, log)
        {
            Disabled = delivery.Filter.SetConfigured,
            Privacy = privacy.Set,
            Logs = logs.Follow,
            Metrics = metrics.Measure,
            Rates = tracker is null ? _ => true : tracker.TrySetRates,
        };
        using var reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            live.Apply();
        });

        log.Started(SensorVersion.Text, options.Host);
        delivery.Events.Emit(OwnEvent(EventType.SensorStarted, "The sensor was started.", time));
        if (capture is null && options.Logs is { Files.Count: 0, Journal: null, Syslog: null })
        {
            log.NothingToWatch();
        }

        var memory = new MemoryTrim(worthIt: 4 << 20, quiet: 8 << 20);
        await using var health = time.CreateTimer(
            _ =>
            {
                delivery.Events.Emit(Health(delivery, logs, time));
                if (memory.Look())
                {
                    ProgramPages.Release();
                }
            },
            null,
            HealthInterval,
            HealthInterval);
        using var manager = new ServiceManager(
            () => delivery.Events.SinceProgress < TimeSpan.FromSeconds(20), time);
        var reading = Task.WhenAll(
            logs.RunAsync(stop.Token),
            metrics.RunAsync(stop.Token));
        var capturing = Task.Factory.StartNew(
            () => Watch(capture, options, manager, log, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        string? failure = null;
        try
        {
            await capturing;
        }
        catch (LiveCaptureException problem)
        {
            failure = problem.Message;
            log.CaptureFailed(failure);
        }
        finally
        {
            manager.Stopping();
            await stop.CancelAsync();
            await reading;
        }

        log.Stopping(failure is null ? "Stopped by a signal." : "Stopped because packets cannot be captured.");
        delivery.Events.Emit(OwnEvent(EventType.SensorStopped, failure ?? "The sensor was stopped.", time));
        return failure is null ? ExitCode.Ok : throw new CommandException(ExitCode.Failure, failure);
    }

    private static bool HasCapture(SensorOptions options) => options.Capture.Interfaces.Count > 0 || options.Capture.Hep is not null;

    // The tracker's tables are made only where there is something to track.
    private static (CapturePipeline? Pipeline, SipTracker? Tracker) Capture(SensorOptions options, Delivery delivery, Log log, TimeProvider time)
    {
        if (!HasCapture(options))
        {
            return default;
        }

        var tracker = new SipTracker(options.Sip, delivery.Events, options.Host);
        var capture = new CapturePipeline(options.Capture, tracker, time);
        capture.Problem += log.CaptureProblem;
        WarmUp.Start();
        delivery.Filter.Changed += tracker.SetDisabled;
        void CopyCounters(IDictionary<string, ulong> totals)
        {
            foreach (var (name, value) in capture.Counters.Snapshot())
            {
                totals[name] = (ulong)Math.Max(0, value);
            }
        }

        tracker.AddCounters = CopyCounters;
        delivery.Counters.Add(CopyCounters);
        return (capture, tracker);
    }

    private static void Watch(CapturePipeline? capture, SensorOptions options, ServiceManager manager, Log log, CancellationToken cancellation)
    {
        if (capture is null)
        {
            manager.Ready();
            cancellation.WaitHandle.WaitOne();
            return;
        }

        capture.RunLive(cancellation, _ =>
        {
            log.CaptureStarted(string.Join(',', options.Capture.Interfaces));
            manager.Ready();
        });
    }

    private static void Report(Delivery delivery, LogService logs) => delivery.Counters.Add(totals =>
    {
        long lines = 0;
        long unclaimed = 0;
        foreach (var source in logs.Sources)
        {
            lines += source.Counters.Lines;
            unclaimed += source.Counters.Unclaimed;
        }

        totals["logs.lines"] = (ulong)lines;
        totals["logs.unclaimed"] = (ulong)unclaimed;
    });

    private static List<string> Capabilities(SensorOptions options)
    {
        var capabilities = new List<string>();
        if (HasCapture(options))
        {
            capabilities.Add("sip_capture");
        }

        if (options.Logs.Files.Count > 0)
        {
            capabilities.Add("logs");
        }

        if (options.Logs.Journal is not null)
        {
            capabilities.Add("journald");
        }

        if (options.Logs.Syslog is not null)
        {
            capabilities.Add("syslog");
        }

        if (ListeningPorts.TlsOnly(ListeningPorts.Read()))
        {
            capabilities.Add("tls_only");
        }

        return capabilities;
    }

    private static Event Health(Delivery delivery, LogService logs, TimeProvider time)
    {
        var health = OwnEvent(EventType.SensorHealth, "The sensor's counters.", time);
        health.Counters = new Counters();
        delivery.Counters.CopyTo(health.Counters.Totals);
        foreach (var source in logs.Sources.Where(s => s.State != "following"))
        {
            health.Severity = Severity.Warning;
            health.Attributes[$"log {source.Name}"] = $"{source.State} {source.Detail}".TrimEnd();
        }

        return health;
    }

    private static Event OwnEvent(EventType type, string message, TimeProvider time) => new()
    {
        Type = type,
        EventTime = (time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) * 100,
        LogSource = LogSource.Sensor,
        Service = "sensor",
        Message = message,
    };
}

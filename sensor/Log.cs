using System.Globalization;

namespace SensorNet.Sensor;

/// <summary>
/// The sensor's own messages, one method each, to standard error: <c>time level event key=value ... sentence</c>, or,
/// under systemd, with the priority that the journal reads and without the time. Never holds credentials. Thread-safe.
/// </summary>
internal sealed class Log(TextWriter writer, LogLevel lowest, bool journal)
{
    private readonly Lock _gate = new();

    /// <summary>Messages below it are not written; may change at any time.</summary>
    public LogLevel Lowest { get; set; } = lowest;

    /// <summary>For standard error, as its reader wants it.</summary>
    public static Log ForStandardError(LogLevel lowest) =>
        new(Console.Error, lowest, Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 });

    // 100-199: the program
    public void Started(string version, string host) => Write(LogLevel.Information, "started", $"version={version} host={host}", "The sensor runs.");

    public void Stopping(string why) => Write(LogLevel.Information, "stopping", "", why);

    public void Reloaded(string what) => Write(LogLevel.Information, "reloaded", "", what);

    public void ReloadRefused(string why) => Write(LogLevel.Error, "reload_refused", "", $"The configuration stays as it was: {why}");

    public void NothingToWatch() => Write(LogLevel.Warning, "nothing_to_watch", "", "Neither an interface nor a log file is configured: set capture.interfaces or logs.files.");

    // 200-299: capture and logs
    public void CaptureStarted(string interfaces) => Write(LogLevel.Information, "capture_started", $"interfaces={interfaces}", "Capturing.");

    public void CaptureFailed(string what) => Write(LogLevel.Error, "capture_failed", "", what);

    public void CaptureProblem(string what) => Write(LogLevel.Warning, "capture_problem", "", what);

    // 300-399: spool
    public void SpoolOpened(string directory, ulong epoch, ulong waiting) =>
        Write(LogLevel.Information, "spool_opened", string.Create(CultureInfo.InvariantCulture, $"directory={directory} epoch={epoch} waiting={waiting}"), "Events wait here until the collector has them.");

    public void SpoolFailing(string why) => Write(LogLevel.Error, "spool_failing", "", $"Events stay in memory because the spool cannot be written: {why}");

    public void SpoolWorks() => Write(LogLevel.Information, "spool_works", "", "The spool can be written again.");

    public void UplinkStuck() => Write(LogLevel.Warning, "uplink_stuck", "", "The connection does not end; it is left behind. What waits stays in the spool.");

    public void SpoolDropped(ulong events) => Write(LogLevel.Error, "spool_dropped", string.Create(CultureInfo.InvariantCulture, $"events={events}"), "The spool was full: the oldest events are lost.");

    // 400-499: uplink
    public void Connected(string address, string collector, ulong acked) =>
        Write(LogLevel.Information, "connected", string.Create(CultureInfo.InvariantCulture, $"collector={address} id={collector} acknowledged={acked}"), "Connected to the collector.");

    public void Disconnected(string address, string why, TimeSpan retry) =>
        Write(LogLevel.Warning, "disconnected", string.Create(CultureInfo.InvariantCulture, $"collector={address} retry={retry.TotalSeconds:0.0}s"), why);

    public void Refused(string address, string why, TimeSpan retry) =>
        Write(LogLevel.Error, "refused", string.Create(CultureInfo.InvariantCulture, $"collector={address} retry={retry.TotalSeconds:0.0}s"), why);

    public void EventTypesSet(string disabled, string unknown) =>
        Write(LogLevel.Information, "event_types", $"disabled=[{disabled}] unknown=[{unknown}]", "The collector chose which event types are sent.");

    public void CertificateRenewed(DateTimeOffset until) =>
        Write(LogLevel.Information, "certificate_renewed", string.Create(CultureInfo.InvariantCulture, $"until={until:yyyy-MM-dd}"), "The certificate was renewed.");

    public void CertificateNotRenewed(string why) => Write(LogLevel.Error, "certificate_not_renewed", "", why);

    public void ClockSet(string seconds) => Write(LogLevel.Warning, "clock_set", $"seconds={seconds}", "The clock of this host was set.");

    public void ClockSkew(string seconds) => Write(LogLevel.Warning, "clock_skew", $"seconds={seconds}", "The collector's clock differs from this host's.");

    public void EpochChanged(ulong epoch) =>
        Write(LogLevel.Warning, "epoch_changed", string.Create(CultureInfo.InvariantCulture, $"epoch={epoch}"), "The collector knows events that this spool lost (a power cut): counting starts anew.");

    private void Write(LogLevel level, string name, string values, string sentence)
    {
        if (level < Lowest)
        {
            return;
        }

        var fields = values.Length == 0 ? name : $"{name} {OneLine(values)}";
        var line = journal
            ? $"<{Priority(level)}>{fields}: {OneLine(sentence)}"
            : string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {Word(level)} {fields}: {OneLine(sentence)}");
        lock (_gate)
        {
            writer.WriteLine(line);
        }
    }

    // Peers and files choose parts of these texts: one message stays one line.
    private static string OneLine(string text) =>
        text.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0 ? text : new string([.. text.Select(c => c < ' ' ? ' ' : c)]);

    private static int Priority(LogLevel level) => level switch
    {
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Error => "error",
        LogLevel.Warning => "warn",
        LogLevel.Information => "info",
        _ => "debug",
    };
}

using System.Diagnostics;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>
/// Runs a program for each alert: the alert as JSON on its standard input, the usual fields in its environment. No shell
/// is involved and nothing of an alert becomes an argument, so that a hostile user name cannot become a command.
/// </summary>
internal sealed class CommandHook(string program) : IAlertHook
{
    public string Name => $"command {program}";

    public async Task SendAsync(Alert alert, string change, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, UseShellExecute = false };
        start.Environment["SENSORNET_CHANGE"] = change;
        start.Environment["SENSORNET_ALERT_ID"] = alert.AlertId;
        start.Environment["SENSORNET_RULE"] = alert.RuleName;
        start.Environment["SENSORNET_LEVEL"] = RuleLevel.Name(alert.Level);
        start.Environment["SENSORNET_SOURCE_IP"] = alert.SourceIp;
        start.Environment["SENSORNET_USER"] = Clean(alert.User);
        start.Environment["SENSORNET_HOST"] = Clean(alert.Host);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("the program did not start");
        try
        {
            await TellAsync(process, AlertJson.Of(alert, change), cancellation);
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"it ended with exit code {process.ExitCode}");
        }
    }

    // A program need not read what it is told: its exit code decides.
    private static async Task TellAsync(Process process, string text, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(text.AsMemory(), cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
        }
    }

    // An environment variable cannot hold a zero character.
    private static string Clean(string value) => value.Replace("\0", "", StringComparison.Ordinal);
}

using System.Diagnostics;
using System.Globalization;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>
/// Runs a program for each notice: the whole as JSON on its standard input, the usual fields in its environment. No shell
/// is involved and nothing of a notice becomes an argument, so that a hostile user name cannot become a command.
/// </summary>
internal sealed class CommandHook(string program) : IHook
{
    public string Name => $"command {program}";

    public async Task SendAsync(Notice notice, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, UseShellExecute = false };
        start.Environment["SENSORNET_CHANGE"] = notice.Change;
        start.Environment["SENSORNET_SOURCE_IP"] = notice.SourceIp;
        if (notice.Level == AlertLevel.Unspecified)
        {
            start.Environment["SENSORNET_ACTOR"] = Clean(notice.Actor);
            start.Environment["SENSORNET_SECONDS"] = notice.Seconds.ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            start.Environment["SENSORNET_ALERT_ID"] = notice.Id;
            start.Environment["SENSORNET_RULE"] = notice.Rule;
            start.Environment["SENSORNET_LEVEL"] = RuleLevel.Name(notice.Level);
            start.Environment["SENSORNET_USER"] = Clean(notice.User);
            start.Environment["SENSORNET_HOST"] = Clean(notice.Host);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("the program did not start");
        try
        {
            await TellAsync(process, notice.Json, cancellation);
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

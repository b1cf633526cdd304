using SensorNet.Tests.Shared;

namespace SensorNet.EndToEnd.Tests;

/// <summary>A collector that has the day of a SIP proxy and the SSH log of a second host; shared by tests that only look.</summary>
public sealed class WatchedSite : IAsyncLifetime
{
    internal static readonly string Day = Repository.TestData("captures", "day.pcap.gz");
    internal static readonly string SshLog = Repository.TestData("logs", "sshd.log");

    internal TestSystem System { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await System.StartCollectorAsync();
        await System.EnrolAsync("edge-1");
        await System.EnrolAsync("pbx-1");
        (await System.ReplayAsync("pbx-1", "--log", SshLog, "--shift-to-now")).Succeeded();
        (await System.ReplayAsync("edge-1", Day, "--shift-to-now")).Succeeded();

        // What sources did is stored some seconds after their events; a list that is opened before keeps its cursor on the first that it had.
        while (!(await System.ListAsync("sources", "list", "--limit", "1000")).Any(source => source.GetRawText().Contains("\"127.66.5.6\"", StringComparison.Ordinal)))
        {
            await Task.Delay(50);
        }
    }

    public ValueTask DisposeAsync()
    {
        System.Dispose();
        return ValueTask.CompletedTask;
    }
}

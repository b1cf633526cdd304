using SensorNet.Console.Client;

namespace SensorNet.Console.Views;

/// <summary>What to do when there is nothing to show yet.</summary>
internal sealed partial class ConsoleScreens
{
    /// <summary>Instead of empty views: what to do when nothing has ever come from the collector, or it has nothing yet.</summary>
    private Document? FirstRunHelp()
    {
        if (Model.Status is { } status)
        {
            return status.SensorsTotal == 0 && Top is OverviewView ? NoSensors() : null;
        }

        var document = new Document();
        if (Model.Link.Reason is not { } reason)
        {
            return document.Add($"Connecting to {Feed.Address} ...", StyleRole.Dim);
        }

        document.Add(reason, StyleRole.Strong).Add("");
        foreach (var line in Remedy(Model.Link.Failure))
        {
            document.Add(line);
        }

        return document.Add("").Add("R tries again now, q leaves.", StyleRole.Dim);
    }

    private static Document NoSensors() => new Document()
        .Add("The collector runs, and no sensor has connected to it yet.", StyleRole.Strong)
        .Add("")
        .Add("1. Here, as an administrator: a token that is good once")
        .Add("     sensornet tokens create --role sensor --name edge-1")
        .Add("2. On the VoIP host: join and run")
        .Add("     sensornet-sensor join COLLECTOR:PORT --token TOKEN")
        .Add("     sensornet-sensor run")
        .Add("")
        .Add("To look around first: bash console/demo.sh replays a recorded day.")
        .Add("This screen gives way to the overview as soon as one has.", StyleRole.Dim);

    private static string[] Remedy(CollectorFailure? failure) => failure switch
    {
        CollectorFailure.NoPermission =>
        [
            "A collector runs here, and your account may not speak to it:",
            "  sudo usermod -aG GROUP $USER                       GROUP is the one that owns the socket; then log in again",
            "  sensornet login https://HOST:PORT --token TOKEN    or enrol with a token from an administrator",
        ],
        CollectorFailure.WrongCollector =>
        [
            "Somebody answers who is not the collector that you enrolled with. It was set up anew, or somebody is in between:",
            "  sensornet doctor                                   shows which identity and authority are used",
            "  sensornet login https://HOST:PORT --token TOKEN    enrols again, once you know that it was set up anew",
        ],
        CollectorFailure.NotAuthenticated or CollectorFailure.NotAllowed =>
        [
            "The collector answers but does not let you in:",
            "  sensornet login https://HOST:PORT --token TOKEN    enrols you with a token from an administrator",
            "  sensornet doctor                                   shows which identity is used and what is wrong with it",
        ],
        _ =>
        [
            "To see something here:",
            "  sensornet-collector run                            starts a collector on this host",
            "  sensornet --collector https://HOST:PORT            uses one elsewhere ($SENSORNET_COLLECTOR and console.yaml work as well)",
            "  sensornet doctor                                   shows what was tried and what is wrong with it",
        ],
    };
}

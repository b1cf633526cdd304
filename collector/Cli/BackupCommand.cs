using System.CommandLine;
using SensorNet.V1;

namespace SensorNet.Collector.Cli;

/// <summary><c>backup DIR</c>: a consistent copy of the running collector's store.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var directory = new Argument<string>("DIR") { Description = "A directory that does not exist yet; on the store's file system the copy takes no space at first." };
        var socket = LocalCollector.SocketOption();
        var command = new Command("backup", "Copies the store of the collector that runs here, while it runs.") { directory, socket };
        command.SetAction((parse, cancellation) =>
        {
            var path = Path.GetFullPath(parse.GetValue(directory)!);
            return LocalCollector.CallAsync(parse.GetValue(socket), async channel =>
            {
                var copy = await new AdminService.AdminServiceClient(channel).BackupAsync(new BackupRequest { Directory = path }, cancellationToken: cancellation);
                Console.WriteLine($"{path}: {copy.Bytes} bytes");
            });
        });
        return command;
    }
}

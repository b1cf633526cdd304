using System.CommandLine;
using SensorNet.Console.Cli.Listings;
using SensorNet.Console.Client;
using SensorNet.Console.Tui;
using SensorNet.Console.Views;

namespace SensorNet.Console.Cli;

/// <summary><c>sensornet keys</c>: every action of the screens with its keys, as keys.yaml names them.</summary>
internal sealed class KeysCommand(CommandBuilder commands)
{
    private static readonly Listing<(string View, ConsoleAction Action)> Listing = new(
        [
            new("VIEW", k => k.View),
            new("ACTION", k => k.Action.Id),
            new("KEYS", k => string.Join(' ', k.Action.Keys)),
            new("DOES", k => k.Action.Title),
        ],
        (json, k) =>
        {
            json.WriteStartObject();
            json.WriteString("view", k.View);
            json.WriteString("action", k.Action.Id);
            json.Texts("keys", k.Action.Keys);
            json.WriteString("title", k.Action.Title);
            json.WriteEndObject();
        },
        Stretch: "DOES");

    public Command Build() => commands.Create("keys", "Every action of the screens with its keys, as keys.yaml names them", Run);

    private static Task<int> Run(CommandContext context)
    {
        var queue = new UiQueue();
        var model = new ConsoleModel();
        var setup = new ScreenSetup(new ConsoleConfig(), ColorDepth.Mono) { Keys = KeymapReader.Read(ConsolePaths.From(context.Host.Environment).KeysFile) };
        var screens = new ConsoleScreens(new CollectorFeed("", model, queue, context.Host.Time), model, queue, setup, context.Host.Time);
        context.Listing.Write(Listing, [.. screens.EveryAction()], "");
        return Task.FromResult(ExitCodes.Ok);
    }
}

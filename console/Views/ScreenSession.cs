using SensorNet.Console.Cli;
using SensorNet.Console.Client;
using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>Runs the interactive console from the first frame to the last.</summary>
internal static class ScreenSession
{
    /// <summary>Opens the screens on the controlling terminal.</summary>
    /// <param name="request">What to connect to and how it shall look.</param>
    /// <param name="host">Of the process.</param>
    /// <param name="stop">Ends it from outside.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ScreenRequest request, CliHost host, CancellationToken stop)
    {
        var profile = TerminalProfile.Detect(host.Environment, request.Config.Color, request.Config.Charset);
        if (!host.IsTerminal || !profile.IsUsable)
        {
            var reason = host.IsTerminal ? $"the terminal type '{SafeText.Clean(profile.Term)}' cannot show them" : "the output is no terminal";
            throw new UsageException($"The screens cannot be opened: {reason}. The commands work without: sensornet --help");
        }

        Tty tty;
        try
        {
            tty = Tty.Open();
        }
        catch (IOException e)
        {
            throw new UsageException($"{e.Message} The commands work without: sensornet --help");
        }

        var paths = ConsolePaths.From(host.Environment);
        using (tty)
        using (var loop = new TerminalLoop(tty, profile, request.Config.Mouse))
        await using (stop.Register(loop.Stop))
        {
            var queue = new UiQueue { Wake = loop.Wake };
            var model = new ConsoleModel();
            await using var feed = new CollectorFeed(request.Settings.Collector, model, queue, host.Time);
            var setup = new ScreenSetup(request.Config, profile.Depth)
            {
                Keys = KeymapReader.Read(paths.KeysFile),
                StateDirectory = paths.StateDirectory,
                CanCopy = profile.IsXtermLike,
                IsLight = profile.IsLight,
                OpenContext = name => host.Connect(request.SettingsOf(name)),
            };
            var screens = new ConsoleScreens(feed, model, queue, setup, host.Time);
            if (request.View is { } view)
            {
                if (!screens.Views.Any(v => v.Id == view || v.Aliases.Contains(view)))
                {
                    throw new UsageException($"There is no view '{SafeText.Clean(view)}': {string.Join(", ", screens.Views.Select(v => v.Id))}.");
                }

                screens.Show(view);
            }

            // A thread of its own: the loop blocks, and no other work may ever run on it. It draws the first screen while
            // the connection is still being prepared here.
            var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            var thread = new Thread(() => RunLoop(loop, screens, ended)) { Name = "ui", IsBackground = true };
            thread.Start();
            try
            {
                feed.Start(host.Connect(request.Settings));
            }
            catch (ConfigurationException)
            {
                loop.Stop();
                await ended.Task;
                throw;
            }

            try
            {
                return await ended.Task && stop.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Ok;
            }
#pragma warning disable CA1031 // Whatever went wrong on the UI thread is a fault of this program: it is kept for a report.
            catch (Exception e)
#pragma warning restore CA1031
            {
                host.Error.WriteLine(SafeText.Clean(CrashReport.Keep(e, paths.StateDirectory, host.Time.GetUtcNow())));
                return ExitCodes.Failure;
            }
        }
    }

    private static void RunLoop(TerminalLoop loop, ConsoleScreens screens, TaskCompletionSource<bool> ended)
    {
        try
        {
            ended.SetResult(loop.Run(screens));
        }
#pragma warning disable CA1031 // The loop has given the terminal back; whatever went wrong is reported by whoever waits.
        catch (Exception e)
#pragma warning restore CA1031
        {
            ended.SetException(e);
        }
    }
}

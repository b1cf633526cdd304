using SensorNet.Console.Client;
using SensorNet.Console.Tui;
using SensorNet.Console.Views;

namespace SensorNet.Console.Tests.Support;

/// <summary>The interactive console without a terminal: keys in, screens out, a collector in memory behind it.</summary>
internal sealed class ScreenRig : IAsyncDisposable
{
    private readonly SemaphoreSlim _posted = new(0);

    public ScreenRig(
        MemoryCollector collector,
        int width = 80,
        int height = 24,
        Charset charset = Charset.Utf8,
        ColorDepth depth = ColorDepth.TrueColor,
        Func<ScreenSetup, ScreenSetup>? setup = null)
    {
        Collector = collector;
        Queue = new UiQueue { Wake = () => _posted.Release() };
        Model = new ConsoleModel();
        Feed = new CollectorFeed(collector.Address, Model, Queue, Clock);
        var usual = new ScreenSetup(new ConsoleConfig(), depth);
        Screens = new ConsoleScreens(Feed, Model, Queue, setup?.Invoke(usual) ?? usual, Clock);
        Screen = new Screen(width, height, charset);
    }

    public ManualClock Clock { get; } = new(SampleData.Now);

    public MemoryCollector Collector { get; }

    public UiQueue Queue { get; }

    public ConsoleModel Model { get; }

    public CollectorFeed Feed { get; }

    public ConsoleScreens Screens { get; }

    public Screen Screen { get; }

    /// <summary>Starts the feed and waits until the first data is there.</summary>
    public async Task<ScreenRig> StartAsync()
    {
        Feed.Start(Collector);
        await UntilAsync(() => Model.Status is not null && Collector.IsWatched && Collector.IsTailed && Model.AlertCount == Collector.Alerts.Count && Model.Events.Count == Collector.Events.Count);
        Screens.Show(Screens.Top.Id);
        Draw();
        return this;
    }

    /// <summary>Draws and returns the text on the screen.</summary>
    public string Draw()
    {
        Screens.RunPosted();
        Screen.Clear(default);
        Screens.Draw(Screen);
        return Screen.ToText();
    }

    /// <summary>Types keys by their names, separated by spaces.</summary>
    public void Press(string keys)
    {
        foreach (var name in keys.Split(' '))
        {
            Screens.RunPosted();
            Screens.OnInput(Parse(name));
            Draw();
        }
    }

    /// <summary>Types a text, character by character.</summary>
    public void Type(string text)
    {
        foreach (var character in text)
        {
            Screens.OnInput(InputEvent.Of(character));
        }
    }

    /// <summary>Draws as data arrives until the screen meets a condition.</summary>
    public Task<string> UntilShownAsync(string text) => UntilShownAsync(screen => screen.Contains(text, StringComparison.Ordinal), text);

    public async Task<string> UntilShownAsync(Func<string, bool> condition, string what)
    {
        var shown = "";
        var met = await TryUntilAsync(() => condition(shown = Draw()));
        Assert.True(met, $"never shown: {what}\n{shown}");
        return shown;
    }

    public async Task UntilAsync(Func<bool> condition) => Assert.True(await TryUntilAsync(condition), "it did not happen in time");

    public ValueTask DisposeAsync() => Feed.DisposeAsync();

    private async Task<bool> TryUntilAsync(Func<bool> condition)
    {
        var deadline = DateTime.UtcNow.AddSeconds(20);
        while (true)
        {
            Screens.RunPosted();
            if (condition())
            {
                return true;
            }

            if (DateTime.UtcNow > deadline)
            {
                return false;
            }

            await _posted.WaitAsync(TimeSpan.FromMilliseconds(200));
        }
    }

    private static InputEvent Parse(string name)
    {
        if (name == "shift-tab")
        {
            return InputEvent.Of(Key.Tab, KeyModifiers.Shift);
        }

        if (name.StartsWith("ctrl-", StringComparison.Ordinal))
        {
            return InputEvent.Of(name[5], KeyModifiers.Control);
        }

        return name switch
        {
            "space" => InputEvent.Of(' '),
            { Length: 1 } => InputEvent.Of(name[0]),
            _ => InputEvent.Of(Enum.Parse<Key>(name, ignoreCase: true)),
        };
    }
}

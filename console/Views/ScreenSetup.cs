using SensorNet.Console.Client;
using SensorNet.Console.Tui;

namespace SensorNet.Console.Views;

/// <summary>What the screens are opened with.</summary>
/// <param name="Config">Theme, bell and the collectors there are to change to.</param>
/// <param name="Depth">Colours that the terminal shows.</param>
internal sealed record ScreenSetup(ConsoleConfig Config, ColorDepth Depth)
{
    /// <summary>The operator's own keys.</summary>
    public Keymap Keys { get; init; } = Keymap.Usual;

    /// <summary>For screen dumps, crash reports and what is remembered; null: nothing is remembered.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>Whether the terminal's background is light.</summary>
    public bool IsLight { get; init; }

    /// <summary>Whether the terminal takes text for its clipboard (OSC 52).</summary>
    public bool CanCopy { get; init; } = true;

    /// <summary>Connects to a context of the configuration; throws <see cref="ConfigurationException"/>. Null: there is none to change to.</summary>
    public Func<string, ICollector>? OpenContext { get; init; }
}

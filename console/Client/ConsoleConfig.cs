namespace SensorNet.Console.Client;

/// <summary>The console's configuration file. Every key is optional; the values here are the defaults.</summary>
internal sealed record ConsoleConfig
{
    /// <summary>The collector, unless a context is chosen.</summary>
    public ContextConfig Default { get; init; } = new();

    /// <summary>Other collectors by name (<c>--context NAME</c>).</summary>
    public IReadOnlyDictionary<string, ContextConfig> Contexts { get; init; } = new Dictionary<string, ContextConfig>();

    /// <summary>The context used when none is named on the command line; null: the top-level keys.</summary>
    public string? Context { get; init; }

    /// <summary>auto, dark, light, contrast, colorblind or mono.</summary>
    public string Theme { get; init; } = "auto";

    /// <summary>Whether the terminal reports the mouse to us.</summary>
    public bool Mouse { get; init; } = true;

    /// <summary>Whether a critical alert rings the bell.</summary>
    public bool Bell { get; init; } = true;

    /// <summary>auto, utf-8 or ascii.</summary>
    public string Charset { get; init; } = "auto";

    /// <summary>auto, truecolor, 256, 16 or none.</summary>
    public string Color { get; init; } = "auto";
}

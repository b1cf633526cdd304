using SensorNet.Console.Client;

namespace SensorNet.Console.Cli;

/// <summary>What a command needs of the process it runs in.</summary>
internal sealed record CliHost
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Whether <see cref="Out"/> is a terminal: tables then have lines and colours.</summary>
    public required bool IsTerminal { get; init; }

    /// <summary>Whether <see cref="Error"/> is a terminal: long work then shows how far it is.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Columns of the terminal; ignored when it is none.</summary>
    public int Width { get; init; } = 80;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public required Func<string, string?> Environment { get; init; }

    /// <summary>Opens a connection; nothing is sent before the first call.</summary>
    public required Func<ConnectionSettings, ICollector> Connect { get; init; }

    /// <summary>Opens the screens on the controlling terminal and returns the exit code when they are closed.</summary>
    public required Func<ScreenRequest, CancellationToken, Task<int>> OpenScreens { get; init; }
}

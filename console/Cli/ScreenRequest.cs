using SensorNet.Console.Client;

namespace SensorNet.Console.Cli;

/// <summary>What the interactive console is started with.</summary>
/// <param name="Settings">The collector to connect to.</param>
/// <param name="Config">Theme, mouse, bell and the other contexts.</param>
/// <param name="SettingsOf">The connection to a context of the configuration; throws <see cref="ConfigurationException"/>.</param>
/// <param name="View">Id of the view to begin with; null: the overview.</param>
internal sealed record ScreenRequest(ConnectionSettings Settings, ConsoleConfig Config, string? View, Func<string, ConnectionSettings> SettingsOf);

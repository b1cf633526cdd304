namespace SensorNet.Console.Cli;

/// <summary>An argument that only turned out to be wrong while the command ran; ends with <see cref="ExitCodes.Usage"/>.</summary>
internal sealed class UsageException(string message) : Exception(message);

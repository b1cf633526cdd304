namespace SensorNet.Console.Cli;

/// <summary>A file that a command was to read cannot be read; ends with <see cref="ExitCodes.Input"/>.</summary>
internal sealed class InputFileException(string message, Exception cause) : Exception(message, cause);

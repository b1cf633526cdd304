namespace SensorNet.Sensor.Cli;

/// <summary>A command cannot go on: the message for the operator and the exit status.</summary>
internal sealed class CommandException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}

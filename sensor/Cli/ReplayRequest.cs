namespace SensorNet.Sensor.Cli;

/// <summary>What a replay is asked to do.</summary>
internal sealed record ReplayRequest
{
    /// <summary>Capture files; <c>-</c> is standard input.</summary>
    public required IReadOnlyList<string> Captures { get; init; }

    public required IReadOnlyList<string> Logs { get; init; }

    /// <summary>0: as fast as possible; 1: real time; N: N times real time.</summary>
    public double Speed { get; init; }

    /// <summary>Adds one constant to all times so that the latest record of all inputs is now.</summary>
    public bool ShiftToNow { get; init; }

    /// <summary>Marks every event as synthetic: such events never page anybody.</summary>
    public bool Synthetic { get; init; }

    /// <summary>host.name of events that name no host.</summary>
    public required string Host { get; init; }
}

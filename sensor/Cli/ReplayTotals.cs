namespace SensorNet.Sensor.Cli;

/// <summary>What a replay read.</summary>
/// <param name="Packets">Of all captures.</param>
/// <param name="Lines">Of all logs.</param>
/// <param name="Truncations">Captures that end in the middle of a packet, in words.</param>
internal sealed record ReplayTotals(long Packets, long Lines, IReadOnlyList<string> Truncations);

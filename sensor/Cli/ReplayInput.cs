namespace SensorNet.Sensor.Cli;

/// <summary>One file of a replay and the times in it.</summary>
/// <param name="Path">The file.</param>
/// <param name="IsLog">A log; otherwise a capture.</param>
/// <param name="First">Its earliest time, nanoseconds since 1970 UTC; 0: unknown or none.</param>
/// <param name="Last">Its latest time.</param>
internal sealed record ReplayInput(string Path, bool IsLog, long First, long Last);

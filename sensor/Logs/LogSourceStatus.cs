namespace SensorNet.Sensor.Logs;

/// <summary>How a source is doing, for health reports and the doctor.</summary>
/// <param name="Name">The file's path, or the source's name.</param>
/// <param name="State">following, missing, denied, failed.</param>
/// <param name="Detail">What is wrong, in words; empty when nothing is.</param>
/// <param name="Behind">Octets not read yet.</param>
/// <param name="Counters">What became of its lines.</param>
internal sealed record LogSourceStatus(string Name, string State, string Detail, long Behind, LogCounters Counters);

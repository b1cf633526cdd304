namespace SensorNet.Sensor.Logs;

/// <summary>One file to follow.</summary>
/// <param name="Path">Absolute. It may be missing now and appear later.</param>
/// <param name="Format">How to read its lines.</param>
/// <param name="FromStart">
/// On first sight of the file (no saved position): read what is already in it. Otherwise reading starts at its end.
/// </param>
internal sealed record LogSourceOptions(string Path, LogFormat Format = LogFormat.Auto, bool FromStart = false);

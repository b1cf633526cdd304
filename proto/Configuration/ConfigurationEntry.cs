namespace SensorNet.Proto.Configuration;

/// <summary>One setting as a program read it: the row of its reference and of its effective configuration.</summary>
/// <param name="Path">Dotted path, e.g. <c>uplink.batch_delay</c>.</param>
/// <param name="Value">The value in effect, as YAML would write it.</param>
/// <param name="Default">The default, likewise.</param>
/// <param name="Description">What it means, with its unit and range.</param>
/// <param name="Source">Where the value came from: <c>default</c>, <c>file:line</c> or the environment variable.</param>
public sealed record ConfigurationEntry(string Path, string Value, string Default, string Description, string Source);

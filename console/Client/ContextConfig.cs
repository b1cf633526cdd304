namespace SensorNet.Console.Client;

/// <summary>One collector as the configuration file names it; null keys are not set.</summary>
internal sealed record ContextConfig
{
    public string? Collector { get; init; }

    public string? Ca { get; init; }

    public string? Cert { get; init; }

    public string? Key { get; init; }

    public string? TokenFile { get; init; }

    /// <summary>File of the privacy keys that events of this collector are opened with; null: protected values stay as they are.</summary>
    public string? PrivacyKeys { get; init; }

    /// <summary>The folder that <c>sensornet login</c> keeps the identity in; null: one for each collector's address.</summary>
    public string? StateDir { get; init; }
}

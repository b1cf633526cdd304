namespace SensorNet.Collector.Detection.Sigma;

/// <summary>A rule's <c>logsource</c>: which events it is meant for. Empty strings: not said.</summary>
internal sealed record LogSourceSelector(string Product, string Category, string Service)
{
    public static LogSourceSelector Any { get; } = new("", "", "");
}

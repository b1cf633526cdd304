using SensorNet.Collector.Alerts;

namespace SensorNet.Collector.Detection;

/// <summary>The addresses seen with one group key.</summary>
internal struct SourceState
{
    public AlertSources? Sources;
}

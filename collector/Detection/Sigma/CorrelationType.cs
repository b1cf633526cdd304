namespace SensorNet.Collector.Detection.Sigma;

internal enum CorrelationType : byte
{
    EventCount,
    ValueCount,
    Temporal,
    TemporalOrdered,
    ValueSum,
    ValueAverage,
    ValuePercentile,
    ValueMedian,
}

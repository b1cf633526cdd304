namespace SensorNet.Collector.Detection.Sigma;

internal enum NumberTestKind : byte
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

namespace SensorNet.Collector.Detection.Sigma;

internal enum TextTestKind : byte
{
    Equals,
    Contains,
    StartsWith,
    EndsWith,
}

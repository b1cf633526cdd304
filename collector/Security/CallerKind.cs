namespace SensorNet.Collector.Security;

/// <summary>How a caller proved who it is.</summary>
internal enum CallerKind : byte
{
    Certificate,
    Bearer,

    /// <summary>A local account on the unix socket.</summary>
    Local,
}

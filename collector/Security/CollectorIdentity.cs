namespace SensorNet.Collector.Security;

/// <summary>Which collector this is; made with its CA and as lasting.</summary>
internal sealed record CollectorIdentity(string Id);

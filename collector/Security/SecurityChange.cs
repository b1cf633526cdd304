using SensorNet.Collector.Ingest;
using SensorNet.V1;

namespace SensorNet.Collector.Security;

/// <summary>What is to be written in one commit; rows given here must not be changed afterwards.</summary>
internal sealed class SecurityChange
{
    public List<TokenRow> Tokens { get; } = [];

    public List<string> RemovedTokens { get; } = [];

    public List<Certificate> Certificates { get; } = [];

    /// <summary>Serials.</summary>
    public List<string> RemovedCertificates { get; } = [];

    /// <summary>Other rows that belong to the change, audit entries above all.</summary>
    public List<Action<ICommit>> Others { get; } = [];

    public bool IsEmpty => Tokens.Count == 0 && RemovedTokens.Count == 0 && Certificates.Count == 0 && RemovedCertificates.Count == 0 && Others.Count == 0;
}

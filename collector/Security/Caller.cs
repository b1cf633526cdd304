using SensorNet.V1;

namespace SensorNet.Collector.Security;

/// <summary>Who makes a call, as established before its handler runs.</summary>
internal sealed record Caller
{
    /// <summary>The name in audit entries: a sensor's id, an operator's certificate or token name, a local account.</summary>
    public required string Name { get; init; }

    public required Role Role { get; init; }

    public required CallerKind Kind { get; init; }

    /// <summary>Host groups that the caller is confined to; empty: all.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Where it calls from: <c>ipv4:…</c>, <c>ipv6:…</c> or <c>unix:pid=…</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Serial of its certificate, in upper-case hex; empty without one.</summary>
    public string Serial { get; init; } = "";

    /// <summary>True when rows of this host group are for the caller's eyes; a row without a group is for those who may see all.</summary>
    public bool MaySee(string? group) => Groups.Count == 0 || (!string.IsNullOrEmpty(group) && Groups.Contains(group));

    public bool May(Access access) => access switch
    {
        Access.Anonymous or Access.Authenticated => true,
        Access.Certificate => Kind == CallerKind.Certificate,
        Access.Sensor => Role == Role.Sensor && Kind == CallerKind.Certificate,
        Access.Viewer => Role is Role.Viewer or Role.Operator or Role.Admin,
        Access.Operator => Role is Role.Operator or Role.Admin,
        Access.Admin => Role == Role.Admin,
        _ => false,
    };
}

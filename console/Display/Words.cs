using System.Globalization;
using SensorNet.V1;

namespace SensorNet.Console.Display;

/// <summary>The words for the contract's enumerations; an unknown number is shown as the number.</summary>
internal static class Words
{
    public static readonly string[] LevelNames = ["informational", "low", "medium", "high", "critical"];

    public static readonly string[] StateNames = ["active", "acknowledged", "resolved", "dismissed"];

    public static string Of(AlertLevel level) => level switch
    {
        AlertLevel.Unspecified => "-",
        >= AlertLevel.Informational and <= AlertLevel.Critical => LevelNames[(int)level - 1],
        _ => Number((int)level),
    };

    /// <summary>One letter: I, L, M, H, C.</summary>
    public static char Letter(AlertLevel level) => level switch
    {
        AlertLevel.Informational => 'I',
        AlertLevel.Low => 'L',
        AlertLevel.Medium => 'M',
        AlertLevel.High => 'H',
        AlertLevel.Critical => 'C',
        _ => '-',
    };

    public static string Of(AlertStatus status) => status switch
    {
        AlertStatus.Unspecified => "-",
        >= AlertStatus.Active and <= AlertStatus.Dismissed => StateNames[(int)status - 1],
        _ => Number((int)status),
    };

    /// <summary>At most four letters, for tables on narrow screens.</summary>
    public static string Short(AlertStatus status) => status switch
    {
        AlertStatus.Active => "NEW",
        AlertStatus.Acknowledged => "ACK",
        AlertStatus.Resolved => "RES",
        AlertStatus.Dismissed => "DIS",
        _ => "-",
    };

    /// <summary>Whether another alert that tells more mutes this one, and nobody has taken it up.</summary>
    public static bool IsMuted(Alert alert) => alert is { Status: AlertStatus.Active, InhibitedBy.Length: > 0 };

    public static string Of(Alert alert) => IsMuted(alert) ? "muted" : Of(alert.Status);

    /// <inheritdoc cref="Short(AlertStatus)"/>
    public static string Short(Alert alert) => IsMuted(alert) ? "MUTE" : Short(alert.Status);

    public static string Of(Severity severity) => severity switch
    {
        Severity.Unspecified => "-",
        Severity.Info => "info",
        Severity.Warning => "warning",
        Severity.Error => "error",
        Severity.Critical => "critical",
        _ => Number((int)severity),
    };

    /// <summary>One letter: I, W, E, C.</summary>
    public static char Letter(Severity severity) => severity switch
    {
        Severity.Info => 'I',
        Severity.Warning => 'W',
        Severity.Error => 'E',
        Severity.Critical => 'C',
        _ => '-',
    };

    public static string Of(Role role) => role switch
    {
        Role.Unspecified => "-",
        Role.Sensor => "sensor",
        Role.Viewer => "viewer",
        Role.Operator => "operator",
        Role.Admin => "admin",
        _ => Number((int)role),
    };

    public static string Of(Transport transport) => transport switch
    {
        Transport.Unspecified => "-",
        >= Transport.Udp and <= Transport.Sctp => transport.ToString().ToUpperInvariant(),
        _ => Number((int)transport),
    };

    /// <summary>Whether the alert still waits for somebody: active or acknowledged.</summary>
    public static bool IsOpen(AlertStatus status) => status is AlertStatus.Active or AlertStatus.Acknowledged;

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

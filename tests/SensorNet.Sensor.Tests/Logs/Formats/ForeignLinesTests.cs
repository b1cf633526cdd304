using SensorNet.Tests.Shared;

namespace SensorNet.Sensor.Tests.Logs.Formats;

/// <summary>
/// Lines that others collected, labelled by hand: how many events of each type every file holds. A missing event is lost
/// recall, a further one lost precision; both are asked to be whole.
/// </summary>
public sealed class ForeignLinesTests
{
    [Theory]
    [InlineData("asterisk-bf.asterisk-bf.log", "PbxAuthFailed:6")]
    [InlineData("asterisk-logs.asterisk-logs.log", "PbxAuthFailed:3 PbxUserUnknown:1")]
    [InlineData("asterisk-syslogs.asterisk-logs.log", "PbxAuthChallenge:1 PbxAuthFailed:2 PbxUserUnknown:3")]
    [InlineData("asterisk-user-enum.asterisk-user-enum.log", "PbxUserUnknown:6")]
    [InlineData("auditd-base64-exec.auditd-base64-exec.log", "ProcessExec:4")]
    [InlineData("auditd-logs.auditd-logs.log", "ProcessExec:4")]
    [InlineData("auditd-postexploit-exec-from-net.auditd-postexploit-exec-from-net.log", "ProcessExec:3")]
    [InlineData("auditd-postexploit-rm.auditd-postexploit-rm.log", "ProcessExec:10")]
    [InlineData("auditd-suid-crash.auditd-suid-crash.log", "KernelSegfault:1 ProcessExec:2")]
    [InlineData("freeswitch-acl-reject.freeswitch.log", "PbxAclRejected:16")]
    [InlineData("freeswitch-bf.freeswitch.log", "PbxAuthFailed:6")]
    [InlineData("freeswitch-user-enumeration.freeswitch.log", "PbxUserUnknown:6")]
    [InlineData("freeswitch.freeswitch.log", "PbxAclRejected:1 PbxAuthFailed:2 PbxUserUnknown:2")]
    [InlineData("iptables-logs.iptables-logs.log", "FirewallBlock:3")]
    [InlineData("iptables-scan-multi-port.iptables-scan-multi-port.log", "FirewallAllow:16 FirewallBlock:33")]
    [InlineData("pam-logs.pam-logs.log", "AuthFailure:2")]
    [InlineData("proxmox-iptables-logs.proxmox-iptables.log", "FirewallAllow:2 FirewallBlock:8")]
    [InlineData("segfault-logs.segfault-logs.log", "KernelSegfault:2")]
    [InlineData("ssh-bf.ssh-bf.log", "AuthFailure:6")]
    [InlineData("ssh-generic-test.ssh-generic-test.log", "AuthFailure:1")]
    [InlineData("ssh-slow-bf.ssh-slow-bf.log", "AuthFailure:22")]
    [InlineData("ssh-time-based-bf.ssh-time-based-bf.log", "AuthFailure:14 AuthSuccess:1")]
    [InlineData("ssh-timeout.ssh-timeout.log", "ConnectionClosed:8")]
    [InlineData("sshd-bad-keyexchange-bf.sshd-bad-keyexchange-bf.log", "ConnectionRefused:19")]
    [InlineData("sshd-impossible-travel-user.sshd-success-logs.log", "AuthSuccess:2")]
    [InlineData("sshd-invalid-bf.sshd-invalid-bf.log", "ConnectionClosed:6")]
    [InlineData("sshd-logs-fp.sshd-logs.log", "")]
    [InlineData("sshd-logs.sshd-logs.log", "AuthFailure:10 ConnectionClosed:5 ConnectionRefused:7")]
    [InlineData("sshd-refused-conn.sshd-refused-conn.log", "ConnectionRefused:1")]
    [InlineData("sshd-success-logs.sshd-success-logs.log", "AuthSuccess:4")]
    [InlineData("sshd_banner_exchange.sshd_banner_exchange.log", "ConnectionClosed:6")]
    public void File_holds(string name, string expected)
    {
        var run = LogRun.File(Repository.SharedData("logs", "crowdsec", name));
        Assert.Equal(expected, string.Join(' ', run.Events.GroupBy(e => e.Type).OrderBy(g => g.Key.ToString(), StringComparer.Ordinal).Select(g => $"{g.Key}:{g.Count()}")));
        Assert.Equal((0, 0), (run.Counters.Unclaimed, run.Counters.Failed));
    }

    [Theory]
    [InlineData("kamailio.sample.log")]
    [InlineData("kamailio.rfc5424.sample.log")]
    public void Kamailio_log_is_read_whole(string name)
    {
        var path = Repository.SharedData("logs", name);
        var text = File.ReadAllText(path);
        var run = LogRun.File(path);
        int Count(string word) => text.Split(word).Length - 1;
        Assert.Equal(Count("<script>: auth failed: "), run.Events.Count(e => e.Type == V1.EventType.PbxAuthFailed));
        Assert.Equal(Count("<script>: user not found: ") + Count("<script>: REGISTER unknown user "), run.Events.Count(e => e.Type == V1.EventType.PbxUserUnknown));
        Assert.Equal(Count("ALERT: pike blocking ") + Count("PIKE - BLOCKing ip "), run.Events.Count(e => e.Type == V1.EventType.ProxyPikeBlocked));
        Assert.Equal(Count("core parsing of SIP message failed ("), run.Events.Count(e => e.Type == V1.EventType.ProxyParseError && !e.SourceIp.IsEmpty));
        Assert.Equal(0, run.Counters.Unclaimed);
        Assert.All(run.Events.Where(e => e.Type != V1.EventType.ProxyParseError), e => Assert.False(e.SourceIp.IsEmpty));
    }
}

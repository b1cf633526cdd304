using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Logs.Formats;

/// <summary>One line of each kind that host programs write, and what it becomes: types, then user, source and reason.</summary>
public sealed class HostFormatTests
{
    [Theory]
    [InlineData("sudo:    alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/ls -l", "SudoSuccess alice")]
    [InlineData("sudo:    alice : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh", "SudoFailure alice not_in_sudoers")]
    [InlineData("sudo:    alice : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh", "SudoFailure alice incorrect_password")]
    [InlineData("sudo:    alice : command not allowed ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh", "SudoFailure alice command_not_allowed")]
    [InlineData("sudo: asterisk : TTY=unknown ; PWD=/ ; USER=root ; COMMAND=/bin/echo ; COMMAND=x", "SudoSuccess asterisk")]
    [InlineData("sudo:    alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/sbin/ufw deny from 192.0.2.9", "SudoSuccess alice|IpBlocked 192.0.2.9 admin")]
    [InlineData("sudo:    alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/sbin/ufw delete deny from 192.0.2.9", "SudoSuccess alice|IpUnblocked 192.0.2.9 admin")]
    [InlineData("sudo:    alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/sbin/iptables -A INPUT -s 192.0.2.9/32 -j DROP", "SudoSuccess alice|IpBlocked 192.0.2.9 admin")]
    [InlineData("sudo:    alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/sbin/iptables -L -n", "SudoSuccess alice")]
    [InlineData("sudo:    alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/fail2ban-client set sshd banip 192.0.2.9", "SudoSuccess alice|IpBlocked 192.0.2.9 admin")]
    [InlineData("sudo:    alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/sbin/nft add element inet filter blackhole { 192.0.2.9 }", "SudoSuccess alice|IpBlocked 192.0.2.9 admin")]
    [InlineData("sudo:    alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/sbin/ipset add blocklist 2001:db8::9", "SudoSuccess alice|IpBlocked 2001:db8::9 admin")]
    [InlineData("sudo: pam_unix(sudo:session): session opened for user root(uid=0) by alice(uid=1000)", "")]
    [InlineData("sudo: pam_unix(sudo:auth): authentication failure; logname=alice uid=1000 euid=0 tty=/dev/pts/1 ruser=alice rhost=  user=alice", "AuthFailure alice")]
    [InlineData("sudo:    alice : unable to resolve host pbx: Temporary failure in name resolution", "")]
    [InlineData("sudo:    alice : problem with defaults entries ; TTY=pts/0 ; PWD=/ ; USER=root ;", "")]
    [InlineData("sudo:    alice : unable to open /var/lib/sudo/ts/alice: Read-only file system ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh", "")]
    [InlineData("sudo:    alice : account validation failure, is your account locked? ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh", "SudoFailure alice refused")]
    [InlineData("su[5]: (to root) alice on pts/0", "AuthSuccess root")]
    [InlineData("su[5]: FAILED SU (to root) alice on pts/0", "AuthFailure root")]
    [InlineData("su[5]: pam_unix(su:session): session opened for user root(uid=0) by alice(uid=1000)", "SessionStart root")]
    [InlineData("su: FAILED su for root by alice", "AuthFailure root")]
    [InlineData("su: Successful su for root by alice", "AuthSuccess root")]
    [InlineData("login[7]: FAILED LOGIN (1) on '/dev/tty1' FOR 'root', Authentication failure", "AuthFailure root")]
    [InlineData("login[7]: ROOT LOGIN  on '/dev/tty1'", "AuthSuccess root")]
    [InlineData("login[7]: LOGIN ON tty1 BY alice", "AuthSuccess alice")]
    [InlineData("systemd[1]: Started kamailio.service - Kamailio - the Open Source SIP Server.", "ServiceStart")]
    [InlineData("systemd[1]: Started Session 12 of user alice.", "")]
    [InlineData("systemd[1]: Starting kamailio.service - Kamailio...", "")]
    [InlineData("systemd[1]: Stopped kamailio.service - Kamailio - the Open Source SIP Server.", "ServiceStop")]
    [InlineData("systemd[1]: Stopped target Timers.", "")]
    [InlineData("systemd[1]: kamailio.service: Failed with result 'core-dump'.", "ServiceFailure core-dump")]
    [InlineData("systemd[1]: kamailio.service: Main process exited, code=dumped, status=11/SEGV", "")]
    [InlineData("systemd[1]: Dependency failed for kamailio.service - Kamailio.", "ServiceFailure dependency")]
    [InlineData("systemd-logind[9]: New session 12 of user alice.", "SessionStart alice")]
    [InlineData("systemd-logind[9]: Removed session 12.", "SessionEnd")]
    [InlineData("kernel: [  203.842973] [UFW BLOCK] IN=eth0 OUT= MAC=00 SRC=192.0.2.1 DST=192.0.2.2 LEN=40 PROTO=TCP SPT=41000 DPT=22 SYN URGP=0", "FirewallBlock 192.0.2.1")]
    [InlineData("kernel: [UFW ALLOW] IN=eth0 OUT= MAC=00 SRC=192.0.2.1 DST=192.0.2.2 LEN=40 PROTO=UDP SPT=41000 DPT=5060 LEN=20", "FirewallAllow 192.0.2.1")]
    [InlineData("kernel: [UFW LIMIT BLOCK] IN=eth0 OUT= MAC=00 SRC=192.0.2.1 DST=192.0.2.2 LEN=40 PROTO=TCP SPT=41000 DPT=22", "FirewallBlock 192.0.2.1 limit")]
    [InlineData("kernel: [UFW AUDIT] IN=eth0 OUT= MAC=00 SRC=192.0.2.1 DST=192.0.2.2 LEN=40 PROTO=TCP SPT=41000 DPT=22", "FirewallAllow 192.0.2.1 audit")]
    [InlineData("kernel: IPTABLES-DROP: IN=eth0 OUT= SRC=2001:db8::1 DST=2001:db8::2 LEN=60 PROTO=TCP SPT=1 DPT=23", "FirewallBlock 2001:db8::1")]
    [InlineData("kernel: [ 12.5] Out of memory: Killed process 123 (asterisk) total-vm:100kB, anon-rss:1kB", "KernelOom system")]
    [InlineData("kernel: Memory cgroup out of memory: Killed process 123 (rtpengine) total-vm:100kB", "KernelOom cgroup")]
    [InlineData("kernel: [869507.505196] kamailio[1433535]: segfault at 7f1f9b891000 ip 00007f1f9b870d7d sp 00007ffd5dab97f0 error 6 in x", "KernelSegfault segfault")]
    [InlineData("kernel: traps: kamailio[77] general protection fault ip:7f sp:7f error:0 in libc", "KernelSegfault general_protection")]
    [InlineData("kernel: device eth0 entered promiscuous mode", "KernelPromiscuous")]
    [InlineData("kernel: [ 5.1] eth0: entered promiscuous mode", "KernelPromiscuous")]
    [InlineData("kernel: eth0: left promiscuous mode", "")]
    [InlineData("kernel: EXT4-fs error (device sda1): ext4_find_entry:1455: inode #2: comm x: reading directory lblock 0", "KernelError")]
    [InlineData("kernel: nf_conntrack: nf_conntrack: table full, dropping packet", "KernelWarning")]
    [InlineData("kernel: INFO: task asterisk:77 blocked for more than 120 seconds.", "KernelError")]
    [InlineData("kernel: usb 5-2.3.3: current rate 16000 is different from the runtime rate 32000", "")]
    [InlineData("CRON[5]: (root) CMD (/usr/local/bin/backup)", "CronJob root")]
    [InlineData("CRON[5]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)", "")]
    [InlineData("crontab[5]: (alice) REPLACE (alice)", "CronChanged alice replace")]
    [InlineData("crontab[5]: (alice) LIST (alice)", "")]
    [InlineData("useradd[5]: new user: name=bob, UID=1001, GID=1001, home=/home/bob, shell=/bin/bash, from=/dev/pts/0", "AccountCreated bob user")]
    [InlineData("useradd[5]: new group: name=bob, GID=1001", "AccountChanged bob group_created")]
    [InlineData("usermod[5]: add 'bob' to group 'sudo'", "AccountChanged bob group_added")]
    [InlineData("usermod[5]: add 'bob' to shadow group 'sudo'", "")]
    [InlineData("usermod[5]: change user name 'bob' to 'toor'", "AccountChanged bob renamed")]
    [InlineData("gpasswd[5]: members of group sudo set by root to bob,eve", "AccountChanged bob,eve group_added")]
    [InlineData("groupmod[5]: group changed in /etc/group (group ops/1007, new name: ops2)", "AccountChanged ops group_changed")]
    [InlineData("groupmod[5]: group changed in /etc/gshadow (group ops, new name: ops2)", "")]
    [InlineData("userdel[5]: delete user 'bob'", "AccountRemoved bob user")]
    [InlineData("passwd[5]: pam_unix(passwd:chauthtok): password changed for bob", "AccountChanged bob password")]
    [InlineData("gpasswd[5]: user bob added by root to group sudo", "AccountChanged bob group_added")]
    [InlineData("logrotate[5]: error: skipping \"/var/log/x\" because parent directory has insecure permissions", "Logrotate failed")]
    [InlineData("dropbear[5]: Bad password attempt for 'root' from 192.0.2.1:5555", "AuthFailure root 192.0.2.1")]
    [InlineData("dropbear[5]: Login attempt for nonexistent user from 192.0.2.1:5555", "AuthFailure 192.0.2.1")]
    [InlineData("dropbear[5]: Password auth succeeded for 'root' from 192.0.2.1:5555", "AuthSuccess root 192.0.2.1")]
    [InlineData("dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<bob>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, TLS, session=<a>", "AuthFailure bob 192.0.2.1")]
    [InlineData("dovecot: imap-login: Login: user=<bob>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, mpid=5, TLS, session=<a>", "AuthSuccess bob 192.0.2.1")]
    [InlineData("dovecot: imap-login: Disconnected (no auth attempts in 0 secs): user=<>, rip=192.0.2.1, lip=192.0.2.2", "")]
    [InlineData("proftpd[5]: ftp.example.org (client[192.0.2.1]): USER bob: no such user found from client [192.0.2.1] to 192.0.2.2:21", "AuthFailure bob 192.0.2.1")]
    [InlineData("proftpd[5]: ftp.example.org (client[192.0.2.1]) - USER bob (Login failed): Incorrect password", "AuthFailure bob 192.0.2.1")]
    [InlineData("named[5]: client @0x7f 192.0.2.1#5353 (example.com): query (cache) 'example.com/A/IN' denied", "ConnectionRefused 192.0.2.1 query_denied")]
    [InlineData("systemd-machined[5]: New machine qemu-1-web.", "VmStarted")]
    [InlineData("systemd-machined[5]: Machine qemu-1-web terminated.", "VmStopped terminated")]
    [InlineData("rtpengine[5]: ERR: [abc@x] Failed to open ports", "MediaError")]
    [InlineData("rtpengine[5]: INFO: [abc@x] Creating new call", "")]
    [InlineData("mydaemon[5]: pam_unix(mydaemon:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=192.0.2.1  user=bob", "AuthFailure bob 192.0.2.1")]
    public void Syslog_line_becomes(string line, string expected) => Check("Nov 21 01:36:45 vm " + line, expected);

    [Theory]
    [InlineData("2024-01-02 03:04:05,123 fail2ban.actions        [55]: NOTICE  [sshd] Ban 192.0.2.7", "F2BBan 192.0.2.7|IpBlocked 192.0.2.7")]
    [InlineData("2024-01-02 03:04:05,123 fail2ban.actions        [55]: NOTICE  [sshd] Restore Ban 192.0.2.7", "IpBlocked 192.0.2.7 restored")]
    [InlineData("2024-01-02 03:04:05,123 fail2ban.actions        [55]: NOTICE  [sshd] Unban 192.0.2.7", "F2BUnban 192.0.2.7|IpUnblocked 192.0.2.7")]
    [InlineData("2024-01-02 03:04:05,123 fail2ban.filter         [55]: INFO    [sshd] Found 192.0.2.7 - 2024-01-02 03:04:05", "F2BFound 192.0.2.7")]
    [InlineData("2024-01-02 03:04:05,123 fail2ban.actions        [55]: WARNING [sshd] 192.0.2.7 already banned", "")]
    [InlineData("Nov 21 01:36:45 vm fail2ban.actions[55]: NOTICE [asterisk] Ban 2001:db8::7", "F2BBan 2001:db8::7|IpBlocked 2001:db8::7")]
    [InlineData("Sat Nov 21 01:36:45 2026 [pid 2] [bob] FAIL LOGIN: Client \"::ffff:192.0.2.1\"", "AuthFailure bob 192.0.2.1")]
    [InlineData("Sat Nov 21 01:36:45 2026 [pid 2] [bob] OK LOGIN: Client \"192.0.2.1\"", "AuthSuccess bob 192.0.2.1")]
    [InlineData("1700000000,web,action,up,end", "VmStarted")]
    [InlineData("1700000000,web,action,destroy,end", "VmDestroyed")]
    [InlineData("1700000000,,error-exit,Vagrant::Errors::VagrantError,Something", "VmError Vagrant::Errors::VagrantError")]
    [InlineData("==> web: Machine booted and ready!", "VmStarted")]
    [InlineData("==> web: Destroying VM and associated drives...", "VmDestroyed")]
    [InlineData("2024-01-01 10:00:00.123+0000: starting up libvirt version: 9.0.0, package: 4", "VmStarted")]
    [InlineData("2024-01-01 10:00:00.123+0000: shutting down, reason=crashed", "VmError crashed")]
    [InlineData("{\"__REALTIME_TIMESTAMP\":\"1700000000000000\",\"_HOSTNAME\":\"h\",\"SYSLOG_IDENTIFIER\":\"sshd\",\"_PID\":\"5\",\"MESSAGE\":\"Failed password for root from 192.0.2.1 port 5 ssh2\"}", "AuthFailure root 192.0.2.1")]
    [InlineData("{\"__REALTIME_TIMESTAMP\":\"1700000000000000\",\"_TRANSPORT\":\"kernel\",\"MESSAGE\":[101,116,104,48,58,32,101,110,116,101,114,101,100,32,112,114,111,109,105,115,99,117,111,117,115,32,109,111,100,101]}", "KernelPromiscuous")]
    public void Line_of_its_own_form_becomes(string line, string expected) => Check(line, expected);

    [Fact]
    public void Administrator_who_blocks_is_the_actor()
    {
        var blocked = LogRun.Lines("Nov 21 01:36:45 vm sudo: alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/sbin/ufw insert 1 deny from 192.0.2.0/24").Events[1];
        Assert.Equal("alice", blocked.Actor);
        Assert.Equal("admin", blocked.Block.By);
        Assert.Equal("192.0.2.0/24", blocked.Attributes["block.network"]);
    }

    [Fact]
    public void One_failed_su_counts_once()
    {
        var run = LogRun.Lines(
            "Nov 21 01:36:45 vm su[5]: pam_unix(su:auth): authentication failure; logname=alice uid=1000 euid=0 tty=pts/0 ruser=alice rhost=  user=root",
            "Nov 21 01:36:47 vm su[5]: FAILED SU (to root) alice on pts/0");
        var e = Assert.Single(run.Events);
        Assert.Equal(("root", "alice"), (e.User, e.Actor));
    }

    [Fact]
    public void One_failed_su_of_util_linux_counts_once_and_another_persons_still_counts()
    {
        var run = LogRun.Lines(
            "Nov 21 01:36:45 vm su: pam_unix(su-l:auth): authentication failure; logname= uid=1000 euid=0 tty=/dev/pts/1 ruser=alice rhost=  user=root",
            "Nov 21 01:36:46 vm su[438]: FAILED SU (to root) bob on pts/2",
            "Nov 21 01:36:47 vm su[437]: FAILED SU (to root) alice on pts/1");
        Assert.Equal(["alice", "bob"], run.Events.Select(e => e.Actor));
    }

    [Fact]
    public void Dropbears_nameless_attempt_has_the_peer_of_its_connection()
    {
        var run = LogRun.Lines(
            "Nov 21 01:36:45 vm dropbear[7]: Child connection from 192.0.2.1:35446",
            "Nov 21 01:36:45 vm dropbear[8]: Child connection from 192.0.2.2:35447",
            "Nov 21 01:36:46 vm dropbear[7]: Login attempt for nonexistent user",
            "Nov 21 01:36:46 vm dropbear[9]: Login attempt for nonexistent user");
        Assert.Equal(["AuthFailure  192.0.2.1", "AuthFailure  "], run.Summary());
        Assert.Equal(35446u, run.Events[0].SourcePort);
    }

    [Fact]
    public void One_failed_start_of_a_service_counts_once()
    {
        var run = LogRun.Lines(
            "Nov 21 01:36:45 vm systemd[1]: kamailio.service: Failed with result 'exit-code'.",
            "Nov 21 01:36:45 vm systemd[1]: Failed to start kamailio.service - Kamailio.",
            "Nov 21 01:36:46 vm systemd[1]: kamailio.service: Scheduled restart job, restart counter is at 4.",
            "Nov 21 01:36:46 vm systemd[1]: Started kamailio.service - Kamailio.");
        Assert.Equal([EventType.ServiceFailure, EventType.ServiceStart], run.Events.Select(e => e.Type));
        Assert.All(run.Events, e => Assert.Equal("kamailio", e.Service));
        Assert.Equal("4", run.Events[1].Attributes["restart_counter"]);
    }

    [Fact]
    public void Victim_of_the_memory_killer_is_named_once()
    {
        var e = LogRun.Single(
            "Nov 21 01:36:45 vm kernel: Out of memory: Kill process 77 (asterisk) score 9 or sacrifice child",
            "Nov 21 01:36:45 vm kernel: Killed process 77 (asterisk) total-vm:100kB");
        Assert.Equal(("asterisk", 77u), (e.Process, e.Pid));
    }

    [Fact]
    public void Account_with_uid_zero_or_a_powerful_group_is_critical()
    {
        Assert.Equal(Severity.Critical, LogRun.Single("Nov 21 01:36:45 vm useradd[5]: new user: name=toor, UID=0, GID=0, home=/root, shell=/bin/sh").Severity);
        Assert.Equal(Severity.Critical, LogRun.Single("Nov 21 01:36:45 vm usermod[5]: add 'bob' to group 'wheel'").Severity);
        Assert.Equal(Severity.Warning, LogRun.Single("Nov 21 01:36:45 vm usermod[5]: add 'bob' to group 'audio'").Severity);
    }

    [Fact]
    public void Firewall_line_gives_ports_interfaces_and_label()
    {
        var e = LogRun.Single("Nov 21 01:36:45 vm kernel: [UFW BLOCK] IN=eth0 OUT= MAC=00 SRC=192.0.2.1 DST=192.0.2.2 LEN=40 PROTO=UDP SPT=5066 DPT=5060 LEN=8");
        Assert.Equal((5066u, 5060u, "eth0", "[UFW BLOCK]"), (e.SourcePort, e.DestinationPort, e.Block.InterfaceIn, e.Block.Rule));
        Assert.Equal(Transport.Udp, e.Transport);
        Assert.Equal(LogSource.Ufw, e.LogSource);
    }

    private static void Check(string line, string expected)
    {
        var run = LogRun.Lines(line);
        Assert.Equal(0, run.Counters.Failed);
        Assert.Equal(expected, string.Join('|', run.Events.Select(e => string.Join(' ', new[] { e.Type.ToString(), e.User, LogRun.Address(e.SourceIp), e.Reason }.Where(p => p.Length > 0)))));
    }
}

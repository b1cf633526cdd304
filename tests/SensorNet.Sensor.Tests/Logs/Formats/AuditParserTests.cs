using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Logs.Formats;

public sealed class AuditParserTests
{
    [Fact]
    public void Records_of_one_serial_are_one_execution_with_its_arguments_decoded()
    {
        var e = LogRun.Single(
            "type=SYSCALL msg=audit(1696431282.553:8282): arch=c000003e syscall=59 success=yes exit=0 a0=7ffe ppid=1920 pid=1921 auid=1000 uid=0 gid=0 euid=0 tty=pts0 ses=417 comm=\"sh\" exe=\"/usr/bin/dash\" key=\"exec\"\u001dARCH=x86_64 SYSCALL=execve AUID=\"alice\" UID=\"root\"",
            "type=EXECVE msg=audit(1696431282.553:8282): argc=3 a0=\"sh\" a1=\"-c\" a2=6563686F2068692074686572653B206C73",
            "type=CWD msg=audit(1696431282.553:8282): cwd=\"/tmp\"",
            "type=PATH msg=audit(1696431282.553:8282): item=0 name=\"/usr/bin/dash\" inode=5 nametype=NORMAL",
            "type=PROCTITLE msg=audit(1696431282.553:8282): proctitle=7368002D63");
        Assert.Equal(EventType.ProcessExec, e.Type);
        Assert.Equal("sh -c echo hi there; ls", e.Attributes["process.command_line"]);
        Assert.Equal(("sh", 1921u, "root", "alice"), (e.Process, e.Pid, e.User, e.Actor));
        Assert.Equal(("execve", "/usr/bin/dash", "exec", "1920", "/tmp"), (e.Attributes["syscall"], e.Attributes["process.executable"], e.Attributes["audit.key"], e.Attributes["ppid"], e.Attributes["cwd"]));
        Assert.Equal(1696431282_553000000, e.EventTime);
        Assert.Equal(("SYSCALL EXECVE CWD PATH PROCTITLE", "NORMAL", "59", "sh\u001f-c\u001fecho hi there; ls"), (e.Attributes["audit.records"], e.Attributes["audit.nametypes"], e.Attributes["syscall.number"], e.Attributes["process.args"]));
        Assert.DoesNotContain("a0", e.Attributes.Keys);
    }

    [Fact]
    public void A_call_that_is_no_execution_keeps_its_arguments()
    {
        var e = LogRun.Single(
            "type=SYSCALL msg=audit(1696431282.553:1): arch=c000003e syscall=135 success=yes exit=0 a0=40000 a1=7f a2=0 a3=8 ppid=1 pid=2 comm=\"setarch\" exe=\"/usr/bin/setarch\"",
            "type=PROCTITLE msg=audit(1696431282.553:1): proctitle=\"setarch\"");
        Assert.Equal(("personality", "135", "40000", "8"), (e.Attributes["syscall"], e.Attributes["syscall.number"], e.Attributes["a0"], e.Attributes["a3"]));
    }

    [Fact]
    public void Records_of_two_serials_may_be_mixed()
    {
        var run = LogRun.Lines(
            "type=SYSCALL msg=audit(1696431282.553:1): syscall=59 pid=1 comm=\"a\" exe=\"/a\"",
            "type=SYSCALL msg=audit(1696431282.553:2): syscall=59 pid=2 comm=\"b\" exe=\"/b\"",
            "type=EXECVE msg=audit(1696431282.553:1): argc=1 a0=\"one\"",
            "type=EXECVE msg=audit(1696431282.553:2): argc=1 a0=\"two\"",
            "type=EOE msg=audit(1696431282.553:2): ",
            "type=EOE msg=audit(1696431282.553:1): ");
        Assert.Equal(["two", "one"], run.Events.Select(e => e.Attributes["process.command_line"]));
    }

    [Fact]
    public void Long_argument_in_parts_is_put_together()
    {
        var e = LogRun.Single(
            "type=SYSCALL msg=audit(1696431282.553:1): syscall=59 pid=1 comm=\"a\" exe=\"/a\"",
            "type=EXECVE msg=audit(1696431282.553:1): argc=2 a0=\"x\" a1_len=8 a1[0]=61626364 a1[1]=65666768");
        Assert.Equal("x abcdefgh", e.Attributes["process.command_line"]);
    }

    [Theory]
    [InlineData("ADD_USER", "op=adding user id=1006 exe=\"/usr/sbin/useradd\" hostname=? addr=? terminal=? res=success'\u001dUID=\"root\" AUID=\"unset\" ID=\"unknown(1006)\"", "AccountCreated uid 1006 by root")]
    [InlineData("DEL_USER", "op=deleting user entries id=1006 exe=\"/usr/sbin/userdel\" hostname=? addr=? terminal=? res=success'\u001dUID=\"root\" AUID=\"alice\" ID=\"bob\"", "AccountRemoved bob by alice")]
    [InlineData("ADD_GROUP", "op=adding group acct=\"bob\" exe=\"/usr/sbin/useradd\" hostname=? addr=? terminal=? res=success'\u001dUID=\"root\" AUID=\"unset\"", "AccountChanged bob by ")]
    public void An_account_that_was_made_is_not_the_one_who_made_it(string type, string text, string expected)
    {
        var e = LogRun.Single($"type={type} msg=audit(1696431282.553:24): pid=7 uid=0 auid=4294967295 ses=4294967295 msg='{text}");
        Assert.Equal(expected, $"{e.Type} {e.User} by {e.Actor}");
        Assert.DoesNotContain("id.name", e.Attributes.Keys);
    }

    [Fact]
    public void Change_of_a_watched_file_is_told_with_its_path()
    {
        var e = LogRun.Single(
            "type=SYSCALL msg=audit(1696431282.553:1): syscall=257 success=yes pid=1 comm=\"vi\" exe=\"/usr/bin/vi\" key=\"passwd\"",
            "type=PATH msg=audit(1696431282.553:1): item=0 name=\"/etc/\" nametype=PARENT",
            "type=PATH msg=audit(1696431282.553:1): item=1 name=\"/etc/passwd\" nametype=NORMAL",
            "type=PROCTITLE msg=audit(1696431282.553:1): proctitle=\"vi\"");
        Assert.Equal((EventType.FileChanged, "/etc/passwd", "openat"), (e.Type, e.Attributes["file.path"], e.Attributes["syscall"]));
    }

    [Theory]
    [InlineData("authorized_keys", "/root/.ssh", "/root/.ssh/authorized_keys")]
    [InlineData("../x", "/root/.ssh", "/root/x")]
    [InlineData("/etc/passwd", "/root", "/etc/passwd")]
    public void Path_of_a_watched_file_counts_from_where_the_program_stood(string name, string at, string path)
    {
        var e = LogRun.Single(
            "type=SYSCALL msg=audit(1696431282.553:1): arch=c000003e syscall=257 success=yes pid=1 comm=\"vi\" exe=\"/usr/bin/vi\" key=\"watch\"",
            $"type=CWD msg=audit(1696431282.553:1): cwd=\"{at}\"",
            "type=PATH msg=audit(1696431282.553:1): item=0 name=\"./\" nametype=PARENT",
            $"type=PATH msg=audit(1696431282.553:1): item=1 name=\"{name}\" nametype=CREATE",
            "type=PROCTITLE msg=audit(1696431282.553:1): proctitle=\"vi\"");
        Assert.Equal((path, $"./ {name}"), (e.Attributes["file.path"], e.Attributes["paths"]));
    }

    [Fact]
    public void An_execution_names_what_its_parent_ran()
    {
        string[] Runs(int serial, int parent, int pid, string exe, string success = "yes") =>
        [
            $"type=SYSCALL msg=audit(1696431282.553:{serial}): arch=c000003e syscall=59 success={success} ppid={parent} pid={pid} comm=\"x\" exe=\"{exe}\"",
            $"type=EXECVE msg=audit(1696431282.553:{serial}): argc=2 a0=\"{exe}\" a1=\"-{serial}\"",
            $"type=EOE msg=audit(1696431282.553:{serial}): ",
        ];
        var run = LogRun.Lines([.. Runs(1, 1, 10, "/usr/bin/java"), .. Runs(2, 10, 11, "/usr/bin/sh"), .. Runs(3, 11, 12, "/usr/bin/id"), .. Runs(4, 10, 11, "/usr/bin/none", "no"), .. Runs(5, 11, 13, "/usr/bin/w")]);
        Assert.Equal(
            [" ", "/usr/bin/java /usr/bin/java -1", "/usr/bin/sh /usr/bin/sh -2", "/usr/bin/java /usr/bin/java -1", "/usr/bin/sh /usr/bin/sh -2"],
            run.Events.Select(e => $"{e.Attributes.GetValueOrDefault("process.parent.executable")} {e.Attributes.GetValueOrDefault("process.parent.command_line")}"));
    }

    [Fact]
    public void A_daemon_that_starts_programs_is_remembered_and_the_rest_is_bounded()
    {
        string Runs(int serial, int parent, int pid, string exe) => $"type=SYSCALL msg=audit({1696431282 + (serial * 3)}.553:{serial}): arch=c000003e syscall=59 success=yes ppid={parent} pid={pid} comm=\"x\" exe=\"{exe}\"";
        var run = LogRun.Lines([Runs(1, 1, 5, "/usr/sbin/daemon"), Runs(2, 1, 6, "/usr/sbin/quiet"), .. Enumerable.Range(3, 20_000).Select(i => Runs(i, 5, i + 10, "/bin/job")), Runs(30_000, 6, 7, "/bin/last")]);
        var parents = run.Events.Select(e => e.Attributes.GetValueOrDefault("process.parent.executable", "")).ToList();
        Assert.Equal(["", "", "/usr/sbin/daemon", "/usr/sbin/daemon", ""], [parents[0], parents[1], parents[2], parents[20_001], parents[20_002]]);
    }

    [Theory]
    [InlineData("arch=c000003e syscall=49", "bind")]
    [InlineData("arch=c00000b7 syscall=200", "200")]
    [InlineData("arch=c00000b7 syscall=439", "faccessat2")]
    [InlineData("arch=c00000b7 syscall=200 a0=3\u001dARCH=aarch64 SYSCALL=bind", "bind")]
    [InlineData("arch=40000003 syscall=11\u001dARCH=i386 SYSCALL=execve", "execve")]
    public void Call_is_named_by_auditd_or_by_the_table_of_its_machine(string fields, string name)
    {
        var e = LogRun.Single(
            $"type=SYSCALL msg=audit(1696431282.553:1): pid=2 comm=\"x\" exe=\"/x\" {fields}",
            "type=SOCKADDR msg=audit(1696431282.553:1): saddr=02000050C0000201",
            "type=PROCTITLE msg=audit(1696431282.553:1): proctitle=\"x\"");
        Assert.Equal((name, "02000050C0000201"), (e.Attributes["syscall"], e.Attributes["saddr"]));
    }

    [Theory]
    [InlineData("USER_AUTH", "op=PAM:authentication acct=\"root\" exe=\"/usr/sbin/sshd\" hostname=192.0.2.1 addr=192.0.2.1 terminal=ssh res=failed", "AuditRecord Warning root 192.0.2.1 failed")]
    [InlineData("ADD_USER", "op=add-user acct=\"bob\" exe=\"/usr/sbin/useradd\" hostname=? addr=? terminal=pts/0 res=success", "AccountCreated Warning bob success")]
    [InlineData("DEL_USER", "op=delete-user acct=\"bob\" exe=\"/usr/sbin/userdel\" hostname=? addr=? terminal=pts/0 res=success", "AccountRemoved Warning bob success")]
    [InlineData("USER_CMD", "cwd=\"/\" cmd=6C73202D6C exe=\"/usr/bin/sudo\" terminal=pts/0 res=success", "AuditRecord Info success ls -l")]
    [InlineData("USER_LOGIN", "op=login acct=28756E6B6E6F776E207573657229 exe=\"/usr/sbin/sshd\" hostname=? addr=192.0.2.1 terminal=ssh res=failed", "AuditRecord Warning (unknown user) 192.0.2.1 failed")]
    public void Record_of_a_program_is_an_event_of_its_own(string type, string fields, string expected)
    {
        var e = LogRun.Single($"type={type} msg=audit(1696431282.553:1): pid=5 uid=0 auid=1000 ses=1 msg='{fields}'");
        Assert.Equal(type, e.Audit.ClassName);
        Assert.Equal(expected, string.Join(' ', new[] { e.Type.ToString(), e.Severity.ToString(), e.User, LogRun.Address(e.SourceIp), e.Reason, e.Attributes.GetValueOrDefault("process.command_line", "") }.Where(p => p.Length > 0)));
    }

    [Theory]
    [InlineData("type=CONFIG_CHANGE msg=audit(1696431282.553:1): op=set audit_enabled=0 old=1 auid=1000 ses=1 res=1", "AuditRecord Warning")]
    [InlineData("type=ANOM_PROMISCUOUS msg=audit(1696431282.553:1): dev=eth0 prom=256 old_prom=0 auid=1000 uid=0 gid=0 ses=1", "KernelPromiscuous Warning")]
    [InlineData("type=ANOM_ABEND msg=audit(1696431282.553:1): auid=1000 uid=0 gid=0 ses=1 pid=77 comm=\"kamailio\" exe=\"/usr/sbin/kamailio\" sig=11 res=1", "KernelSegfault Error")]
    [InlineData("Nov 21 01:36:45 vm kernel: audit: type=1400 audit(1696431282.553:5): apparmor=\"DENIED\" operation=\"open\" profile=\"named\" name=\"/x\" pid=5 comm=\"named\"", "AuditRecord Info")]
    public void Record_of_the_kernel_is_an_event_of_its_own(string line, string expected)
    {
        var e = LogRun.Single(line);
        Assert.Equal(expected, $"{e.Type} {e.Severity}");
    }

    [Fact]
    public void Open_serials_are_bounded_and_none_is_lost()
    {
        var run = LogRun.Lines([.. Enumerable.Range(1, 1000).Select(i => $"type=SYSCALL msg=audit(1696431282.553:{i}): syscall=59 pid={i} comm=\"a\" exe=\"/a\"")]);
        Assert.Equal(1000, run.Events.Count);
    }
}

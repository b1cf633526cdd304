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

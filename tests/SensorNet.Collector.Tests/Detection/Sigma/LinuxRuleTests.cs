using SensorNet.Collector.Detection;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection.Sigma;

/// <summary>
/// Rules in the manner of the public Linux rules - keywords on raw lines, auditd records, process creation, file events -
/// dropped into a folder with sub-folders, on the events that our sensors make of such records.
/// </summary>
public sealed class LinuxRuleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sensornet-linux-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("{s: {type: EXECVE, a0: chage, a1: ['--list', '-l']}, condition: s}", true)]
    [InlineData("{s: {type: EXECVE, a0: chage, a1: '-E'}, condition: s}", false)]
    [InlineData("{s: {type: EXECVE, a2|startswith: 'some one'}, condition: s}", true)]
    [InlineData("{s: {type: SYSCALL, syscall: execve, uid: 0, comm: chage, exe|endswith: /chage, key: exec}, condition: s}", true)]
    [InlineData("{s: {type: SYSCALL, syscall: 59}, condition: s}", true)]
    [InlineData("{s: {type: PATH, name: [/etc/shadow, /usr/bin/chage]}, f: {nametype: CREATE}, condition: s and not f}", true)]
    [InlineData("{s: {type: PATH, name|re: '.*/\\..*'}, condition: s}", false)]
    [InlineData("{s: {type: ADD_USER}, condition: s}", false)]
    [InlineData("{a: {type: SYSCALL}, b: {exe|endswith: /useradd}, c_x: {cwd: /root}, c_y: {cwd: /tmp}, condition: a and not b and 1 of c_*}", true)]
    public void A_rule_on_audit_records_is_met_by_the_one_event_of_a_system_call(string detection, bool matches) =>
        Assert.Equal(matches, Rules.Matches(detection, Execution(), "product: linux, service: auditd"));

    [Theory]
    [InlineData("{s: {type: SYSCALL, syscall: personality, a0: 40000}, condition: s}", true)]
    [InlineData("{s: {type: SYSCALL, syscall: 135}, condition: s}", true)]
    [InlineData("{s: {type: EXECVE}, condition: s}", false)]
    public void A_call_that_runs_nothing_has_its_own_arguments(string detection, bool matches)
    {
        var e = new Event { Type = EventType.AuditRecord, Audit = new Audit { ClassName = "SYSCALL" } };
        Set(e, ("audit.records", "SYSCALL PROCTITLE"), ("syscall", "personality"), ("syscall.number", "135"), ("a0", "40000"));
        Assert.Equal(matches, Rules.Matches(detection, e, "product: linux, service: auditd"));
    }

    [Fact]
    public void A_record_of_a_program_has_its_own_type_and_fields()
    {
        var e = new Event { Type = EventType.AuditRecord, Audit = new Audit { ClassName = "SERVICE_STOP" } };
        e.Attributes["unit"] = "ufw";
        Assert.True(Rules.Matches("{s: {type: SERVICE_STOP, unit: [firewalld, ufw]}, condition: s}", e, "product: linux, service: auditd"));
        var added = new Event { Type = EventType.AccountCreated, Audit = new Audit { ClassName = "ADD_USER" }, User = "bob" };
        Assert.True(Rules.Matches("{s: {type: ADD_USER, acct: bob}, condition: s}", added, "product: linux, service: auditd"));
    }

    [Theory]
    [InlineData("{s: {Image|endswith: /chage, CommandLine|contains|all: [' -l', 'some one']}, condition: s}", true)]
    [InlineData("{s: {Image|endswith: /chage}, f: {ParentImage|endswith: /systemd}, condition: s and not f}", true)]
    [InlineData("{s: {CommandLine|re: 'chage\\s+-l'}, condition: s}", true)]
    [InlineData("{s: {CurrentDirectory: /root, User: root, LogonId: '3'}, condition: s}", true)]
    [InlineData("{s: {ParentImage|endswith: /systemd}, condition: s}", false)]
    public void A_rule_on_process_creation_is_met_by_an_execution(string detection, bool matches) =>
        Assert.Equal(matches, Rules.Matches(detection, Execution(), "product: linux, category: process_creation"));

    /// <summary>Only the first of an event's records is kept as it was read; words stand in any of them, encoded or in pieces.</summary>
    [Theory]
    [InlineData("{r: {type: EXECVE}, k: {'|all': [chage, 'some one']}, condition: r and k}", true)]
    [InlineData("{r: {type: EXECVE}, k: cap_setuid, condition: r and k}", false)]
    [InlineData("{r: {type: EXECVE, a0|endswith: chage}, k: ['-l some', --to-ports 42], n: ['of='], condition: r and (k and not n)}", true)]
    [InlineData("{k: ['/lib64/*.so'], condition: k}", true)]
    public void Keywords_are_looked_for_in_all_records_of_a_system_call(string detection, bool matches)
    {
        var e = Execution();
        e.Raw = Google.Protobuf.ByteString.CopyFromUtf8("type=SYSCALL msg=audit(1.000:1): arch=c000003e syscall=59 exe=\"/usr/bin/chage\"");
        Assert.Equal(matches, Rules.Matches(detection, e, "product: linux, service: auditd"));
        Assert.Equal(matches, Rules.Matches(detection.Replace("{r: {type: EXECVE", "{r: {Image|endswith: chage", StringComparison.Ordinal).Replace(", a0|endswith: chage", "", StringComparison.Ordinal), e, "product: linux"));
    }

    [Theory]
    [InlineData("{s: {ParentImage|endswith: /java, CommandLine|contains: chage}, condition: s}", true)]
    [InlineData("{s: {ParentCommandLine|contains|all: [java, tomcat]}, condition: s}", true)]
    [InlineData("{s: {Image|endswith: /chage}, filter_main_x: {ParentImage|endswith: [/java, /dpkg]}, condition: s and not 1 of filter_main_*}", false)]
    public void Parent_of_a_process_is_what_the_sensor_says_it_ran(string detection, bool matches)
    {
        var e = Execution();
        Set(e, ("process.parent.executable", "/usr/lib/jvm/bin/java"), ("process.parent.command_line", "java -jar tomcat.jar"));
        Assert.Equal(matches, Rules.Matches(detection, e, "product: linux, category: process_creation"));
    }

    [Fact]
    public void Address_of_a_socket_is_read_as_auditd_writes_it()
    {
        var e = new Event { Type = EventType.AuditRecord, Audit = new Audit { ClassName = "SYSCALL" } };
        Set(e, ("audit.records", "SYSCALL SOCKADDR"), ("syscall", "bind"), ("saddr", "2600616561640061757468656E6365736E28"), ("auid", "1000"));
        Assert.True(Rules.Matches("{a: {type: SYSCALL, SYSCALL: socket, a0: 26}, b: {type: SOCKADDR, saddr|contains: ['61757468656e6365736e28']}, filter_main_root: {auid: 0}, condition: (a or b) and not 1 of filter_main_*}", e, "product: linux, service: auditd"));
    }

    [Fact]
    public void Fields_that_no_event_has_are_named()
    {
        var (rules, errors) = Rules.Load("""
            title: set-uid file
            logsource: {product: linux, category: file_event}
            detection:
              chmod: {Command|contains: 'chmod 4755'}
              path: [{TargetFilename|contains: /tmp/}, {FileMode|contains: s}]
              condition: 1 of them
            """);
        Assert.Empty(errors);
        Assert.Equal([4, 5], rules.Warnings.Select(w => w.Line));
        Assert.Contains("'FileMode'", rules.Warnings[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sudo_says_USER_of_the_user_that_a_command_is_to_run_as()
    {
        var e = new Event { Type = EventType.SudoSuccess, User = "alice" };
        e.Attributes["sudo.target_user"] = "#-1";
        Assert.True(Rules.Matches("{s: {USER: ['#-*', '#*4294967295']}, condition: s}", e, "product: linux, service: sudo"));
        Assert.True(Rules.Matches("{s: {User: alice}, condition: s}", e, "product: linux, service: sudo"));
    }

    [Fact]
    public void A_rule_on_file_events_is_met_by_a_watched_file()
    {
        var e = new Event { Type = EventType.FileChanged };
        e.Attributes["file.path"] = "/etc/cron.d/{echo,x}|{base64,-d}";
        Assert.True(Rules.Matches("{s: {TargetFilename|startswith: [/etc/cron.d/, /etc/cron.daily/]}, t: {TargetFilename|contains: '{base64,-d}'}, condition: all of them}", e, "product: linux, category: file_event"));
    }

    [Theory]
    [InlineData("{k: ['wget * - http* | sh', 'import pty; pty.spawn*'], condition: k}", "python3 -c 'import pty; pty.spawn(1)'", true)]
    [InlineData("{k: {'|all': [networkd-dispatcher, 'Error handling notification for interface', '../../']}, condition: k}", "networkd-dispatcher: Error handling notification for interface ../../x", true)]
    [InlineData("{k: {'|all': [networkd-dispatcher, '../../']}, condition: k}", "networkd-dispatcher: fine", false)]
    [InlineData("{selection_user: ['new user'], selection_ids: ['GID=0,', 'UID=0,'], condition: all of selection_*}", "useradd[1]: new user: name=j, UID=0, GID=5, home=/", true)]
    [InlineData("{k: ['socat exec:''bash -li'',pty'], condition: k}", "socat exec:'bash -li',pty,stderr", true)]
    public void Keywords_are_looked_for_anywhere_in_the_line_of_a_log(string detection, string line, bool matches)
    {
        var e = new Event { Type = EventType.LogRaw, Raw = Google.Protobuf.ByteString.CopyFromUtf8(line), LogSource = LogSource.Syslog };
        Assert.Equal(matches, Rules.Matches(detection, e, "product: linux"));
    }

    [Fact]
    public void A_folder_is_loaded_with_its_sub_folders_and_what_is_broken_or_has_no_source_here_is_named_and_harms_no_other()
    {
        Write("builtin/sudo/a.yml", Rule("A", "product: linux, service: sudo", "{s: {USER: ['#-*', '#*4294967295']}, condition: s}"));
        Write("process_creation/b.yml", Rule("B", "product: linux, category: process_creation", "{s: {Image: /b}, condition: s}"));
        Write("network_connection/c.yml", Rule("C", "product: linux, category: network_connection", "{s: {DestinationHostname|contains: tunnel, Initiated: 'true'}, condition: s}"));
        Write("auditd/d.yml", Rule("D", "product: linux, service: auditd", "{s: {type: SYSCALL}, condition: 's | count() by host > 50'}"));
        Write("windows/e.yml", Rule("E", "product: windows, category: process_creation", "{s: {Image: e}, condition: s}"));
        Write("auditd/f.yml", Rule("F", "product: linux, service: auditd", "{s: {a0|base64offset|contains: x}, condition: s and}"));
        Write("auditd/g.yml", Rule("B", "product: linux, service: auditd", "{s: {a0: x}, condition: s}"));
        Write("README.md", "not a rule");

        var loaded = RuleLoader.LoadDirectories([_folder]);

        Assert.Equal(["A", "B", "C", "E"], loaded.Rules.All.Select(r => r.Header.Title).Order());
        Assert.Equal(["auditd/d.yml:5", "auditd/f.yml:5", "process_creation/b.yml:1"], loaded.Errors.Select(e => $"{Path.GetRelativePath(_folder, e.File)}:{e.Line}").Order());
        Assert.Equal(["network_connection/c.yml", "windows/e.yml"], loaded.Rules.Warnings.Select(w => Path.GetRelativePath(_folder, w.File)).Order());
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private static string Rule(string title, string source, string detection) => $"""
        title: {title}
        status: test
        date: 2022/10/09
        logsource: {"{"}{source}, definition: 'whatever is needed'{"}"}
        detection: {detection}
        falsepositives: [Unknown]
        level: high
        """;

    private static Event Execution()
    {
        var e = new Event { Type = EventType.ProcessExec, Process = "chage", User = "root", Audit = new Audit { ClassName = "SYSCALL" } };
        Set(
            e,
            ("audit.records", "SYSCALL EXECVE CWD PATH PROCTITLE"),
            ("audit.nametypes", "NORMAL"),
            ("syscall", "execve"),
            ("syscall.number", "59"),
            ("uid", "0"),
            ("ses", "3"),
            ("cwd", "/root"),
            ("audit.key", "exec"),
            ("process.executable", "/usr/bin/chage"),
            ("process.command_line", "chage -l some one"),
            ("process.args", "chage\u001f-l\u001fsome one"),
            ("paths", "/usr/bin/chage /lib64/ld.so"));
        return e;
    }

    private static void Set(Event e, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        foreach (var (name, value) in attributes)
        {
            e.Attributes[name] = value;
        }
    }
}

using System.Text;

namespace SensorNet.Sensor.Logs;

/// <summary>
/// From a program's name, as its log tag has it, to the parser's kind: one hash over at most 32 octets and one comparison.
/// The table is fixed, so that names in logs can fill or slow nothing.
/// </summary>
internal static class ProgramTable
{
    private const int MaxName = 32;

    private static readonly Dictionary<ulong, (byte[] Name, ProgramKind Kind)> Names = Build(
        (ProgramKind.Sshd, "sshd sshd-session sshd-auth"),
        (ProgramKind.Kamailio, "kamailio ser openser kamailio-proxy"),
        (ProgramKind.OpenSips, "opensips"),
        (ProgramKind.Sudo, "sudo"),
        (ProgramKind.Su, "su"),
        (ProgramKind.Pkexec, "pkexec"),
        (ProgramKind.Login, "login"),
        (ProgramKind.Systemd, "systemd"),
        (ProgramKind.Logind, "systemd-logind"),
        (ProgramKind.Kernel, "kernel"),
        (ProgramKind.Firewall, "ulogd ulogd2 pve-firewall"),
        (ProgramKind.Audit, "audit auditd audispd"),
        (ProgramKind.Fail2Ban, "fail2ban fail2ban.actions fail2ban.filter fail2ban-server"),
        (ProgramKind.Cron, "CRON cron crond crontab anacron /USR/SBIN/CRON"),
        (ProgramKind.Account, "useradd userdel usermod groupadd groupdel groupmod passwd chpasswd gpasswd chage chfn chsh adduser newusers"),
        (ProgramKind.Logrotate, "logrotate"),
        (ProgramKind.Asterisk, "asterisk"),
        (ProgramKind.FreeSwitch, "freeswitch"),
        (ProgramKind.RtpEngine, "rtpengine rtpengine-daemon ngcp-rtpengine"),
        (ProgramKind.Dovecot, "dovecot imap-login pop3-login managesieve-login submission-login auth-worker"),
        (ProgramKind.Ftp, "vsftpd proftpd pure-ftpd"),
        (ProgramKind.Dropbear, "dropbear"),
        (ProgramKind.Named, "named"),
        (ProgramKind.Vagrant, "vagrant"),
        (ProgramKind.Machine, "systemd-machined libvirtd virtqemud"),
        (ProgramKind.Proxmox, "pvedaemon pveproxy pmgdaemon proxmox-backup-proxy proxmox-backup-api"));

    public static ProgramKind Find(ReadOnlySpan<byte> program) =>
        program.Length is > 0 and <= MaxName && Names.TryGetValue(Hash(program), out var entry) && program.SequenceEqual(entry.Name)
            ? entry.Kind
            : ProgramKind.Unknown;

    private static Dictionary<ulong, (byte[] Name, ProgramKind Kind)> Build(params (ProgramKind Kind, string Names)[] rows)
    {
        var table = new Dictionary<ulong, (byte[] Name, ProgramKind Kind)>();
        foreach (var (kind, names) in rows)
        {
            foreach (var name in names.Split(' '))
            {
                var octets = Encoding.ASCII.GetBytes(name);
                table.Add(Hash(octets), (octets, kind));
            }
        }

        return table;
    }

    // FNV-1a, 64 bit.
    private static ulong Hash(ReadOnlySpan<byte> name)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in name)
        {
            hash = (hash ^ b) * 1099511628211UL;
        }

        return hash;
    }
}

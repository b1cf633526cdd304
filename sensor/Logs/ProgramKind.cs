namespace SensorNet.Sensor.Logs;

/// <summary>Whose line it is; one parser stands behind each.</summary>
internal enum ProgramKind : byte
{
    Unknown,
    Sshd,
    Kamailio,
    OpenSips,
    Pam,
    Sudo,
    Su,
    Login,
    Systemd,
    Logind,
    Kernel,
    Firewall,
    Audit,
    Fail2Ban,
    Cron,
    Account,
    Logrotate,
    Asterisk,
    FreeSwitch,
    RtpEngine,
    Dovecot,
    Ftp,
    Dropbear,
    Named,
    Vagrant,
    Machine,
    Proxmox,
    Count,
}

namespace SensorNet.Sensor.Logs;

/// <summary>What stands around a line's message.</summary>
internal enum EnvelopeKind : byte
{
    /// <summary>Nothing that is known: the whole line is the message.</summary>
    None,

    /// <summary>Time, host and program of RFC 3164, RFC 5424 or rsyslog's file formats.</summary>
    Syslog,

    /// <summary><c>type=... msg=audit(...):</c></summary>
    Audit,

    /// <summary><c>[Dec 21 12:57:01] SECURITY[77]: ...</c> or <c>[2024-01-02 03:04:05.123] ...</c></summary>
    Bracketed,

    /// <summary>A date with time and no host: fail2ban, FreeSWITCH, libvirt, Vagrant.</summary>
    Plain,

    /// <summary><c>[ 12345.678901] ...</c></summary>
    Kernel,

    /// <summary><c>1700000000,target,type,data</c></summary>
    Machine,

    /// <summary>One JSON object: <c>journalctl --output=json</c>.</summary>
    Json,
}

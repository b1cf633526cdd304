namespace SensorNet.Sensor.Logs;

/// <summary>How the lines of a source are to be read.</summary>
internal enum LogFormat : byte
{
    /// <summary>Decided line by line, from the envelope and the program name in it.</summary>
    Auto,
    Syslog,
    Asterisk,
    FreeSwitch,
    Kamailio,
    OpenSips,
    RtpEngine,
    Fail2Ban,
    Audit,
    Kernel,
    Vagrant,
    Libvirt,
    Journal,
}

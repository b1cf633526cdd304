using SensorNet.V1;

namespace SensorNet.Sensor.Logs;

/// <summary>One line, taken apart as far as its envelope goes. All spans are views into the read buffer.</summary>
internal ref struct LogLine
{
    /// <summary>The line without its end.</summary>
    public ReadOnlySpan<byte> Raw;

    public ReadOnlySpan<byte> Host;

    /// <summary>The program's name, without path or pid.</summary>
    public ReadOnlySpan<byte> Program;

    public ReadOnlySpan<byte> Message;

    /// <summary>Nanoseconds since 1970 UTC; 0 when the line has no time.</summary>
    public long Time;

    public TimeZoneSource Zone;

    public uint Pid;

    public EnvelopeKind Kind;

    /// <summary>syslog severity 0-7 (RFC 5424 section 6.2.1); 255 when the line has none.</summary>
    public byte Level;

    /// <summary>The PAM module of a tag such as <c>sshd(pam_unix)[12]</c>, which old versions of PAM write; empty otherwise.</summary>
    public ReadOnlySpan<byte> PamModule;

    /// <summary>The line was longer than the cap and its end is missing.</summary>
    public bool Cut;
}

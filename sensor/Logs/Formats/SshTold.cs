namespace SensorNet.Sensor.Logs.Formats;

/// <summary>Lines of sshd that tell of an attempt before "Failed ... for" does.</summary>
[Flags]
internal enum SshTold : byte
{
    None = 0,
    InvalidUser = 1,
    NotAllowed = 2,
    Pam = 4,
    PamError = 8,
    Refused = 16,
}

using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>What is remembered of one connection to sshd, by the pid that serves it.</summary>
internal struct SshConnection
{
    public ulong Host;
    public uint Pid;
    public uint Port;
    public IpAddress128 Address;
    public long LastTime;

    /// <summary>The address is known.</summary>
    public bool HasAddress;

    /// <summary>
    /// Which lines that come before an attempt's "Failed" line told of it: each comes once per attempt, so that one that comes
    /// again begins another.
    /// </summary>
    public SshTold Pending;

    /// <summary>Length and first octets of the PAM module that told: two modules may tell of one attempt.</summary>
    public ulong PamModule;

    /// <summary>A failure of this connection was told.</summary>
    public bool Told;

    /// <summary>A refused key was told; a client offers all it has.</summary>
    public bool KeyTold;

    /// <summary>sshd calls the user invalid although the account exists (locked, not in AllowUsers).</summary>
    public bool NotAllowed;

    /// <summary>Who was not allowed, where the line named no peer.</summary>
    public string? NotAllowedUser;

    public bool Accepted;

    /// <summary>It went wrong before the client said who it is.</summary>
    public bool Nameless;

    /// <summary>The connection's end was told.</summary>
    public bool Closed;
}

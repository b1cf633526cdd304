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

    /// <summary>An attempt was told of by a line that comes before its "Failed" line.</summary>
    public bool Pending;

    /// <summary>A failure of this connection was told.</summary>
    public bool Told;

    /// <summary>A refused key was told; a client offers all it has.</summary>
    public bool KeyTold;

    /// <summary>sshd calls the user invalid although the account exists (locked, not in AllowUsers).</summary>
    public bool NotAllowed;

    public bool Accepted;

    /// <summary>The connection's end was told.</summary>
    public bool Closed;
}

using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// The connections that sshd serves now, in a table of fixed size: a new one takes the place of that which was in its slot.
/// </summary>
internal sealed class SshConnectionTable
{
    private const int Slots = 2048;
    private const long Lifetime = 3600L * 1_000_000_000;

    private readonly SshConnection[] _slots = new SshConnection[Slots];

    /// <summary>The connection of this line's pid: what is known of it, or an empty one.</summary>
    public ref SshConnection Get(in LogLine line)
    {
        var host = HostHash(line.Host);
        ref var slot = ref _slots[(int)(line.Pid ^ (uint)host) & (Slots - 1)];
        if (slot.Pid != line.Pid || slot.Host != host || Math.Abs(line.Time - slot.LastTime) > Lifetime || line.Pid == 0)
        {
            slot = new SshConnection { Pid = line.Pid, Host = host };
        }

        slot.LastTime = line.Time;
        return ref slot;
    }

    /// <summary>A line names the peer: another peer than before means that the pid serves a new connection.</summary>
    public static void SetPeer(ref SshConnection connection, IpAddress128 address, uint port)
    {
        if (connection.HasAddress && (connection.Address != address || (port != 0 && connection.Port != 0 && connection.Port != port)))
        {
            connection = new SshConnection { Pid = connection.Pid, Host = connection.Host, LastTime = connection.LastTime };
        }

        connection.Address = address;
        connection.HasAddress = true;
        if (port != 0)
        {
            connection.Port = port;
        }
    }

    private static ulong HostHash(ReadOnlySpan<byte> host)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in host)
        {
            hash = (hash ^ b) * 1099511628211UL;
        }

        return hash;
    }
}

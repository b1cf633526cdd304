using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SensorNet.Collector.Security;

/// <summary>
/// The process at the other end of a unix socket, as the kernel vouches for it (unix(7), SO_PEERCRED and
/// SO_PEERGROUPS): the accounts it had when it connected.
/// </summary>
internal sealed record PeerCredentials(int ProcessId, uint UserId, IReadOnlyList<uint> GroupIds)
{
    private const int SocketLevel = 1;
    private const int PeerCredentialsOption = 17;
    private const int PeerGroupsOption = 59;
    private const int MostGroups = 1024;

    /// <summary>Null when the kernel does not say.</summary>
    public static PeerCredentials? Read(Socket socket)
    {
        Span<int> credentials = stackalloc int[3];
        try
        {
            if (socket.GetRawSocketOption(SocketLevel, PeerCredentialsOption, MemoryMarshal.AsBytes(credentials)) < 12)
            {
                return null;
            }
        }
        catch (SocketException)
        {
            return null;
        }

        var groups = new HashSet<uint> { (uint)credentials[2] };
        var more = new uint[MostGroups];
        try
        {
            var length = socket.GetRawSocketOption(SocketLevel, PeerGroupsOption, MemoryMarshal.AsBytes(more.AsSpan()));
            groups.UnionWith(more.AsSpan(0, length / sizeof(uint)).ToArray());
        }
        catch (SocketException)
        {
            // Before Linux 4.13, or more groups than fit: the primary group is what is known.
        }

        return new PeerCredentials(credentials[0], (uint)credentials[1], [.. groups]);
    }
}

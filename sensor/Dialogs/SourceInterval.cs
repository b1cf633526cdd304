namespace SensorNet.Sensor.Dialogs;

/// <summary>Traffic of one source in one interval, as <c>sip.source.stats</c> tells it.</summary>
internal struct SourceInterval
{
    public ulong Bytes;
    public ulong ReplyBytes;
    public uint Packets;
    public uint Invites;
    public uint Registers;
    public uint Options;
    public uint Others;
    public uint Replies1xx;
    public uint Replies2xx;
    public uint Replies3xx;
    public uint Replies4xx;
    public uint Replies5xx;
    public uint Replies6xx;
    public uint Challenges;
    public uint Forbidden;
    public uint NotFound;
    public uint Retransmissions;
    public uint Unanswered;
    public DistinctCounter Users;
    public SmallDistinctCounter Agents;

    public readonly ulong Requests => (ulong)Invites + Registers + Options + Others;

    public readonly ulong Replies => (ulong)Replies1xx + Replies2xx + Replies3xx + Replies4xx + Replies5xx + Replies6xx;
}

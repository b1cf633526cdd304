namespace SensorNet.Sensor.Dialogs;

/// <summary>What the tracker counts beside events; totals since start, one thread.</summary>
internal sealed class TrackerCounters
{
    private readonly ulong[] _payloadKinds = new ulong[Enum.GetValues<PayloadKind>().Length];

    public ulong Payloads { get; set; }

    public ulong Bytes { get; set; }

    public ulong Requests { get; set; }

    public ulong Replies { get; set; }

    /// <summary>Requests sent on by a proxy after an earlier leg was seen.</summary>
    public ulong Relays { get; set; }

    public ulong Retransmissions { get; set; }

    public ulong UnmatchedReplies { get; set; }

    public ulong ParseErrors { get; set; }

    /// <summary>Packets that were lost to a fault of the tracker.</summary>
    public ulong Faults { get; set; }

    /// <summary>Messages that the capture cut so short that they cannot be read.</summary>
    public ulong Cut { get; set; }

    public ulong ClockSetBack { get; set; }

    /// <summary>Events held back by the limits per source.</summary>
    public ulong HeldBack { get; set; }

    public ulong EvictedTransactions { get; set; }

    public ulong EvictedCalls { get; set; }

    public ulong EvictedBindings { get; set; }

    public ulong EvictedSessions { get; set; }

    public ulong EvictedSources { get; set; }

    /// <summary>Requests of which nothing could be kept, because the memory for them was full.</summary>
    public ulong Unkept { get; set; }

    public void Count(PayloadKind kind) => _payloadKinds[(int)kind]++;

    public void CopyTo(IDictionary<string, ulong> totals)
    {
        totals["payloads"] = Payloads;
        totals["bytes"] = Bytes;
        totals["requests"] = Requests;
        totals["replies"] = Replies;
        totals["relays"] = Relays;
        totals["retransmissions"] = Retransmissions;
        totals["replies.unmatched"] = UnmatchedReplies;
        totals["parse_errors"] = ParseErrors;
        totals["cut"] = Cut;
        totals["clock_set_back"] = ClockSetBack;
        totals["faults"] = Faults;
        totals["events.held_back"] = HeldBack;
        totals["evicted.transactions"] = EvictedTransactions;
        totals["evicted.calls"] = EvictedCalls;
        totals["evicted.bindings"] = EvictedBindings;
        totals["evicted.sessions"] = EvictedSessions;
        totals["evicted.sources"] = EvictedSources;
        totals["unkept"] = Unkept;
        totals["keepalive.crlf"] = _payloadKinds[(int)PayloadKind.CrlfKeepalive];
        totals["keepalive.zero"] = _payloadKinds[(int)PayloadKind.ZeroKeepalive];
        totals["stun"] = _payloadKinds[(int)PayloadKind.Stun];
        totals["rtp"] = _payloadKinds[(int)PayloadKind.Rtp];
        totals["rtcp"] = _payloadKinds[(int)PayloadKind.Rtcp];
        totals["dtls"] = _payloadKinds[(int)PayloadKind.Dtls];
        totals["not_sip"] = _payloadKinds[(int)PayloadKind.Other];
    }
}

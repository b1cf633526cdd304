using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Dialogs;

/// <summary>One request and its replies on one hop (RFC 3261 section 17).</summary>
internal struct Transaction
{
    public Endpoints Ends;

    /// <summary>Time of the first request, ns.</summary>
    public long Start;

    /// <summary>Time of the last request or final reply, from which timeouts count.</summary>
    public long Last;

    /// <summary>Time of the last provisional reply.</summary>
    public long Provisional;

    /// <summary>Hash of the top Via's branch.</summary>
    public ulong Branch;

    /// <summary>Hash of the user in To.</summary>
    public ulong User;
    public SipAnomalies Anomalies;

    /// <summary>Of a REGISTER that asks for one contact: hashes of its account and of the contact, 0 otherwise.</summary>
    public ulong Account;
    public ulong Contact;

    /// <summary>The call it belongs to, -1 when none, with the generation that the reference is good for.</summary>
    public int Call;
    public uint CallGeneration;

    /// <summary>Where the request is kept until its event is built, -1 when nowhere.</summary>
    public int Block;
    public int BlockLength;
    public int Timer;
    public uint Retransmissions;

    /// <summary>Seconds that a REGISTER asks for, or the default.</summary>
    public uint Expires;

    /// <summary>32-bit hash of the address that the last relayed leg went to.</summary>
    public uint RelayedTo;
    public ushort Status;

    /// <summary>The last final reply that a relayed leg got, in case this leg's own is lost to us.</summary>
    public ushort RelayedStatus;
    public SipMethod Method;
    public TransactionState State;
    public TransactionFlags Flags;

    public readonly bool Has(TransactionFlags flag) => (Flags & flag) != 0;
}

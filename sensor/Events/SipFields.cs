using System.Runtime.CompilerServices;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Dialogs;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Events;

/// <summary>What <c>sensornet.v1.Sip</c> holds, but for its lists.</summary>
internal struct SipFields
{
    public Text Method;

    /// <summary>Of the final reply; 0 when there was none.</summary>
    public uint StatusCode;
    public Text Reason;
    public UriFields Uri;
    public AddressFields From;
    public AddressFields To;
    public Text CallId;
    public uint Cseq;
    public Text Server;
    public bool HasAuth;
    public AuthFields Auth;
    public uint? Expires;
    public Text PAssertedIdentity;
    public Text Diversion;
    public Text ReasonHeader;
    public SipIdentity? Identity;
    public Text Fingerprint;
    public SipAnomalies Anomalies;
    public uint Retransmissions;
    public uint Attempts;
    public bool Credentials;
    public bool ReplySeen;
    public uint ErrorOffset;
    public bool HasBindingIp;
    public IpAddress128 BindingIp;
    public uint MaxForwards;
}

/// <summary>A URI and its parts; <see cref="Present"/> even when nothing could be read of it.</summary>
internal struct UriFields
{
    public bool Present;
    public Text Scheme;
    public Text User;
    public Text Host;
    public uint Port;
    public Text Full;
}

internal struct AddressFields
{
    public UriFields Uri;
    public Text Display;
    public Text Tag;
}

internal struct ViaFields
{
    public Text SentBy;
    public Text Transport;
    public Text Branch;
    public Text Received;
    public uint Rport;
}

/// <summary>Of an Authorization; the response is never read.</summary>
internal struct AuthFields
{
    public Text Scheme;
    public Text Username;
    public Text Realm;
    public Text Algorithm;
    public Text NonceHash;
    public Text Uri;
    public uint NonceCount;
}

internal struct TraceFields
{
    public ulong OffsetUs;
    public bool FromSource;
    public bool Retransmission;
    public Text Summary;
}

/// <summary>What <c>sensornet.v1.Call</c> holds.</summary>
internal struct CallFields
{
    public ulong? PostDialDelayMs;
    public ulong? RingMs;
    public ulong? DurationMs;
    public ulong? BillsecMs;
    public Text HangupBy;
    public Text HangupCause;
    public bool HasHangupIp;
    public IpAddress128 HangupIp;
    public uint HangupPort;
    public Text CalleeUserAgent;
    public Text Destination;
    public bool Cancelled;
}

/// <summary>What <c>sensornet.v1.Rate</c> holds; absent without a limit.</summary>
internal struct RateFields
{
    public RateLimit? Limit;
    public ulong Count;
    public uint Multiple;
}

/// <summary>A value by name, where the contract has no field for it.</summary>
internal struct AttributeFields
{
    public string Name;
    public Text Value;
}

[InlineArray(SipEvent.MostAttributes)]
internal struct AttributeList
{
    private AttributeFields _first;
}

[InlineArray(SipEvent.MostContacts)]
internal struct ContactList
{
    private Text _first;
}

[InlineArray(SipEvent.MostVias)]
internal struct ViaList
{
    private ViaFields _first;
}

[InlineArray(TraceRing.Size)]
internal struct TraceList
{
    private TraceFields _first;
}

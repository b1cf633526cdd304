using SensorNet.Sensor.Dialogs;
using SensorNet.V1;

namespace SensorNet.Sensor.Events;

/// <summary>
/// An event of the tracker under construction: the contract's fields that packets fill, under their names, with texts as
/// octets in one buffer. There is one that is used again for each event, so that making an event allocates nothing;
/// <see cref="Encode"/> turns it into the contract's octets. Not thread-safe.
/// </summary>
internal sealed partial class SipEvent
{
    public const int MostContacts = 8;
    public const int MostVias = 8;
    public const int MostAttributes = 4;

    public EventType Type;

    /// <summary>When it happened, nanoseconds since 1970 UTC.</summary>
    public long Time;

    /// <summary>Only its source is told when <see cref="HasDestination"/> is not set.</summary>
    public Endpoints Ends;
    public bool HasDestination;
    public Text CommunityId;
    public Text Tunnel;
    public Text User;
    public Text Aor;
    public Text UserAgent;
    public Text AuthMethod;
    public Text PartialReason;
    public Text Message;
    public Text Raw;
    public Text Reason;
    public AttributeList Attributes;
    public int AttributeCount;
    public Tls? Tls;

    public bool HasSip;
    public SipFields Sip;
    public ContactList Contacts;
    public int ContactCount;
    public ViaList Vias;
    public int ViaCount;
    public TraceList Trace;
    public int TraceCount;

    /// <summary>Media, codecs and addresses; null when there is no session description.</summary>
    public SdpSummary? Sdp;

    public bool HasCall;
    public CallFields Call;

    public bool HasTraffic;

    /// <summary>Traffic of the source in one interval, for <c>sip.source.stats</c>.</summary>
    public SourceInterval Traffic;
    public uint TrafficMilliseconds;

    public RateFields Rate;

    public TextBuffer Texts { get; } = new();

    /// <summary>Raw messages, when the options ask for them.</summary>
    public List<KeptMessage> Messages { get; } = [];

    /// <summary>Makes it a new event without content.</summary>
    public void Clear(EventType type, long time)
    {
        Type = type;
        Time = time;
        Ends = default;
        HasDestination = false;
        CommunityId = Tunnel = User = Aor = UserAgent = AuthMethod = PartialReason = Message = Raw = Reason = default;
        Tls = null;
        if (HasSip)
        {
            Sip = default;
        }

        HasSip = HasCall = HasTraffic = false;
        AttributeCount = ContactCount = ViaCount = TraceCount = 0;
        Sdp = null;
        Call = default;
        Rate = default;
        Texts.Clear();
        Messages.Clear();
    }

    /// <summary>Makes it another event about the same message, yet without reason and text.</summary>
    public void Become(EventType type)
    {
        Type = type;
        Reason = Message = default;
    }

    public void SetMessage([System.Runtime.CompilerServices.InterpolatedStringHandlerArgument("")] ref SipEventMessage message) => Message = message.Text;

    /// <param name="name">ASCII.</param>
    public void AddAttribute(string name, Text value) => Attributes[AttributeCount++] = new AttributeFields { Name = name, Value = value };

    public void AddContact(Text contact)
    {
        if (ContactCount < MostContacts)
        {
            Contacts[ContactCount++] = contact;
        }
    }

    public void AddTrace(ulong offsetUs, bool fromSource, bool retransmission, Text summary)
    {
        if (TraceCount < TraceRing.Size)
        {
            Trace[TraceCount++] = new TraceFields { OffsetUs = offsetUs, FromSource = fromSource, Retransmission = retransmission, Summary = summary };
        }
    }
}

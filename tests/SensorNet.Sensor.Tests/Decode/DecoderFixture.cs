using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Tests.Decode;

/// <summary>A decoder with a sink behind it, fed packet by packet, a millisecond apart.</summary>
internal sealed class DecoderFixture
{
    public const long Start = 1_700_000_000_000_000_000;
    public const long Millisecond = 1_000_000;

    public DecoderFixture(DecodeOptions? options = null)
    {
        Decoder = new PacketDecoder((options ?? new DecodeOptions()) with { HepPorts = PortSet.Of(9060) }, Sink);
    }

    public CollectingSink Sink { get; } = new();

    public PacketDecoder Decoder { get; }

    public DecodeCounters Counters => Decoder.Counters;

    public long Time { get; set; } = Start;

    public DecodeStatus Feed(byte[] packet, LinkType linkType = LinkType.Raw, int? originalLength = null)
    {
        Time += Millisecond;
        var status = Decoder.Decode(new CapturedPacket
        {
            Time = Time,
            LinkType = linkType,
            Data = packet,
            OriginalLength = originalLength ?? packet.Length,
        });
        Assert.Null(Decoder.LastFault);
        return status;
    }

    public DecodeStatus FeedIp(byte[] packet) => Feed(packet);

    /// <summary>Lets time pass without packets.</summary>
    public void Wait(TimeSpan time)
    {
        Time += (long)time.TotalNanoseconds;
        Decoder.Idle(Time);
    }
}

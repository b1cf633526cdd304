using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Tests.Decode;
using SensorNet.Tests.Shared;

namespace SensorNet.Sensor.Tests.Capture;

/// <summary>What real captures, kept in the checkout, give; the numbers were checked against tshark.</summary>
public sealed class RealCaptureTests
{
    [Theory]
    [InlineData("tcp_ipv6_fragments.pcap.gz")]
    [InlineData("hep3.pcap.gz")]
    [InlineData("hep_run_sip.pcap.gz")]
    [InlineData("nonsip.pcap.gz")]
    [InlineData("malformed.pcap.gz")]
    [InlineData("options_flood.pcap.gz")]
    [InlineData("day.pcap.gz")]
    public void Every_packet_of_a_sip_server_has_an_outcome_and_none_is_malformed(string name)
    {
        var (pipeline, sink) = Play(name);
        var counters = pipeline.Counters.Snapshot();

        Assert.NotEmpty(sink.Datagrams);
        Assert.Equal(counters["decode.packets"], Enum.GetNames<DecodeStatus>().Sum(status => counters[SnakeCase(status)]));
        Assert.Equal(0, counters["decode.malformed_link"] + counters["decode.malformed_transport"] + counters["decode.malformed_hep"] + counters["decode.fault"]);
        Assert.All(sink.Datagrams, d => Assert.False(d.Truncated));
    }

    [Fact]
    public void Fragmented_and_segmented_messages_are_whole()
    {
        var (pipeline, sink) = Play("tcp_ipv6_fragments.pcap.gz");

        Assert.True(pipeline.Counters.Snapshot()["fragments.reassembled"] > 0);
        var messages = sink.Datagrams.Where(d => SipStartLine.Match(d.Payload) == StartLineMatch.Yes).ToList();
        Assert.True(messages.Count > 100);
        Assert.Contains(messages, d => d.Transport == TransportKind.Tcp && d.Source.Contains(':', StringComparison.Ordinal) is false);
        Assert.Contains(messages, d => d.Payload.Length > 1472);
        Assert.All(messages, d => Assert.Equal(d.Text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4 + TcpReassembler.ContentLength(d.Payload), d.Payload.Length));
    }

    [Fact]
    public void Probes_over_tcp_are_handed_on_once_each()
    {
        var probes = Play("nonsip.pcap.gz").Sink.Datagrams.Where(d => d.Transport == TransportKind.Tcp).ToList();

        // HTTP, TLS, RDP and SSH knock; one connection says nothing.
        Assert.Contains(probes, d => d.Text.StartsWith("GET ", StringComparison.Ordinal));
        Assert.Contains(probes, d => d.Payload[0] == 0x16);
        Assert.Contains(probes, d => d.Payload[0] == 0x03);
        Assert.Contains(probes, d => d.Text.StartsWith("SSH-", StringComparison.Ordinal));
        Assert.Equal(probes.Count, probes.Select(d => (d.Source, d.SourcePort, d.Destination)).Distinct().Count());
    }

    private static (CapturePipeline Pipeline, CollectingSink Sink) Play(string name)
    {
        var sink = new CollectingSink();
        var pipeline = new CapturePipeline(new CaptureOptions(), sink);
        pipeline.RunFiles([Repository.TestData("captures", name)], new ReplayOptions(), CancellationToken.None);
        return (pipeline, sink);
    }

    private static string SnakeCase(string name) =>
        "decode." + string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}

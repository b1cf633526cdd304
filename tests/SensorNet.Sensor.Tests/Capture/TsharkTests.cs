using System.Diagnostics;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Tests.Decode;
using SensorNet.Tests.Shared;

namespace SensorNet.Sensor.Tests.Capture;

/// <summary>Compares what the decoder hands on with what tshark (Debian package tshark) finds in the same captures.</summary>
[Trait("Category", "Slow")]
public sealed class TsharkTests
{
    // Every UDP port but those of tunnels, so that each UDP payload of each capture takes part.
    private static readonly DecodeOptions EveryUdpPort = new()
    {
        SipPorts = PortSet.Parse("1-2151, 2153-4788, 4790-8471, 8473-65535"),
        HepPorts = PortSet.Empty,
        WebSocketPorts = PortSet.Empty,
    };

    /// <summary>Every capture of the checkout and, where there is one, of the labelled traffic beside it.</summary>
    public static TheoryData<string> Captures()
    {
        var beside = Path.Combine(Path.GetDirectoryName(Repository.Root)!, "shared", "data");
        return
        [
            .. Directory.EnumerateFiles(Repository.TestData("captures"), "*.pcap*").Order(StringComparer.Ordinal),
            .. (Directory.Exists(beside) ? Directory.EnumerateFiles(beside, "*.pcap*", SearchOption.AllDirectories) : []).Order(StringComparer.Ordinal),
        ];
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void Every_udp_payload_is_the_one_tshark_finds(string path)
    {
        var expected = Tshark(
            path, "-Y", "udp && !icmp && !icmpv6", "-T", "fields", "-E", "occurrence=l", "-e", "udp.srcport", "-e", "udp.dstport", "-e", "udp.payload")
            .Select(line => line.Split('\t'))
            .Where(fields => fields.Length == 3 && fields[2].Length > 0 && fields[0] != "0" && fields[1] != "0")
            .Select(fields => $"{fields[0]} {fields[1]} {fields[2]}");

        var actual = Decode(path, EveryUdpPort)
            .Where(d => d.Transport == TransportKind.Udp)
            .Select(d => $"{d.SourcePort} {d.DestinationPort} {Convert.ToHexStringLower(d.Payload)}");

        Assert.Equal(expected, actual);
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void Every_sip_message_that_tshark_finds_on_tcp_is_found(string path)
    {
        var expected = Tshark(path, "-Y", "tcp && sip", "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|", "-e", "sip.CSeq")
            .SelectMany(line => line.Split('|', StringSplitOptions.RemoveEmptyEntries))
            .Select(text => text.Trim())
            .ToList();

        // tshark leaves out what it takes for retransmitted, also when it has not seen it before.
        var left = Tshark(path, "-Y", "tcp.analysis.retransmission || tcp.analysis.out_of_order", "-T", "fields", "-e", "frame.number").Count;

        // tshark looks for WebSocket on 8080 as well, where one of the captures has it.
        var extra = Decode(path, new DecodeOptions { WebSocketPorts = PortSet.Of(5066, 8080, 8088) })
            .Where(d => (d.Transport is TransportKind.Tcp or TransportKind.Ws) && d.Tunnel != TunnelKind.Hep && SipStartLine.Match(d.Payload) == StartLineMatch.Yes)
            .Select(d => CSeq(d.Text))
            .Where(text => text.Length > 0)
            .ToList();
        var missing = expected.Where(text => !extra.Remove(text));

        Assert.Empty(missing);
        Assert.InRange(extra.Count, 0, left);
    }

    private static string CSeq(string message)
    {
        var line = message.Split('\n').FirstOrDefault(l => l.StartsWith("CSeq:", StringComparison.OrdinalIgnoreCase)) ?? "CSeq:";
        return line[5..].Trim();
    }

    private static List<Received> Decode(string path, DecodeOptions options)
    {
        var sink = new CollectingSink();
        var decoder = new PacketDecoder(options, sink);
        using var reader = CaptureFileReader.Open(path);
        reader.Run(new DecodingHandler(decoder), CancellationToken.None);
        decoder.Finish();
        Assert.Null(decoder.LastFault);
        return sink.Datagrams;
    }

    private static List<string> Tshark(string path, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/tshark"), "tshark is not installed");
        var start = new ProcessStartInfo("/usr/bin/tshark", ["-n", "-r", path, "-o", "udp.check_checksum:FALSE", "-o", "ip.check_checksum:FALSE", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var lines = new List<string>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        process.WaitForExit();
        return lines;
    }
}

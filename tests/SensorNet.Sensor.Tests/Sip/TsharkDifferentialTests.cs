using System.Diagnostics;
using System.Text;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Sip;
using SensorNet.Tests.Shared;

namespace SensorNet.Sensor.Tests.Sip;

/// <summary>
/// Requests by method and replies by status of every capture, as tshark counts them. Two differences are known: tshark
/// also reads the messages that ICMP errors quote (left out here by its filter), and it does not take a request line with
/// more than one space between its parts or white space in its URI for SIP, which servers do (left out of our count).
/// </summary>
public sealed class TsharkDifferentialTests
{
    public static TheoryData<string> Captures =>
    [
        "captures/attacks/bye_spoof.pcap", "captures/attacks/credential_stuffing_distributed.pcap", "captures/attacks/dialplan_scan.pcap",
        "captures/attacks/enum_options_invite.pcap", "captures/attacks/enum_register.pcap", "captures/attacks/enum_register_hardened.pcap",
        "captures/attacks/invite_flood.pcap", "captures/attacks/options_flood.pcap", "captures/attacks/reg_hijack.pcap", "captures/attacks/register_flood.pcap",
        "captures/attacks/register_flood_distributed.pcap", "captures/attacks/svcrack.pcap", "captures/attacks/svmap_scan.pcap", "captures/attacks/toll_fraud.pcap",
        "captures/attacks/wangiri.pcap", "captures/benign/calls_udp.pcap", "captures/benign/hard_negatives.pcap", "captures/benign/presence_message_options.pcap",
        "captures/benign/registrations.pcap", "captures/benign/tcp_ipv6_fragments.pcap", "captures/hep/hep_run_sip.pcap", "captures/attacks/nonsip.pcap",
        "captures/attacks/malformed.pcap", "captures/mixed/day.pcap.gz", "thirdparty/sngrep/aaa.pcap", "thirdparty/sngrep/ipip.pcap", "thirdparty/sngrep/ipv6frag.pcap",
        "thirdparty/zeek/wireshark.pcap", "thirdparty/zeek/sip-long-request-response-paths.pcap", "thirdparty/heplify/ipip0.pcap",
    ];

    [Theory]
    [MemberData(nameof(Captures))]
    [Trait("Category", "Slow")]
    public async Task Counts_by_method_and_status_are_equal(string capture)
    {
        var path = Repository.SharedData(capture.Split('/'));
        var theirs = await CountByTshark(path);
        var ours = new CountingSink();
        new CapturePipeline(new CaptureOptions(), ours).RunFiles([path], new ReplayOptions(), CancellationToken.None);
        Assert.Equal(Text(theirs), Text(ours.Counts));
    }

    private static string Text(SortedDictionary<string, int> counts) => string.Join('\n', counts.Select(c => $"{c.Key} {c.Value}"));

    private static async Task<SortedDictionary<string, int>> CountByTshark(string path)
    {
        Process? process = null;
        try
        {
            process = Process.Start(new ProcessStartInfo("tshark", ["-r", path, "-o", "tcp.desegment_tcp_streams:TRUE", "-o", "tcp.reassemble_out_of_order:TRUE", "-Y", "sip && !icmp && !icmpv6", "-T", "fields", "-E", "separator=|", "-e", "sip.Method", "-e", "sip.Status-Code"])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("tshark is not installed");
        }

        using (process)
        {
            var errors = process!.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await errors);
            var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
            foreach (var value in output.Split('\n').SelectMany(line => line.Split('|')).SelectMany(field => field.Split(',')).Where(v => v.Length > 0))
            {
                counts[value] = counts.GetValueOrDefault(value) + 1;
            }

            return counts;
        }
    }

    private sealed class CountingSink : IDatagramSink
    {
        private readonly SipReader _reader = new();

        public SortedDictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

        public void OnDatagram(in Datagram datagram)
        {
            var m = _reader.Read(datagram.Payload);
            if ((m.Anomalies & (SipAnomalies.WhitespaceInUri | SipAnomalies.StartLineSpacing)) != SipAnomalies.None)
            {
                return;
            }

            var name = m.IsRequest ? Encoding.Latin1.GetString(m.MethodToken) : m.StatusCode != 0 ? $"{m.StatusCode}" : "";
            if (m.Status != SipStatus.NotSip && name.Length > 0)
            {
                Counts[name] = Counts.GetValueOrDefault(name) + 1;
            }
        }

        public void OnTime(long time)
        {
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Sip;
using SensorNet.Tests.Shared;

namespace SensorNet.Sensor.Tests.Sip;

/// <summary>
/// Requests by method and replies by status of every capture, as tshark counts them. One difference is known, counted and
/// named in the output (<c>-showLiveOutput</c>); any other fails.
/// </summary>
[Trait("Category", "Slow")]
public sealed partial class TsharkDifferentialTests
{
    private const string Spacing = "a request line with other white space than single spaces is none for tshark; servers read it";
    private const string Hep = "tshark reads no HEP: counted by the first start line in each of its datagrams";

    public static TheoryData<string> Captures()
    {
        var beside = Path.Combine(Path.GetDirectoryName(Repository.Root)!, "shared", "data");
        var found = Directory.Exists(beside) ? Directory.EnumerateFiles(beside, "*.pcap*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList() : [];
        var names = found.Select(Name).ToHashSet(StringComparer.Ordinal);
        return [.. found, .. Directory.EnumerateFiles(Repository.TestData("captures"), "*.pcap.gz").Where(p => !names.Contains(Name(p))).Order(StringComparer.Ordinal)];
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public async Task Counts_by_method_and_status_are_equal(string path)
    {
        var name = Name(path);
        var ours = new CountingSink();
        new CapturePipeline(new CaptureOptions(), ours).RunFiles([path], new ReplayOptions(), CancellationToken.None);
        var theirs = name == "hep3" ? await CountInHep(path) : await CountByTshark(path);
        var differences = ours.Counts.Keys.Union(theirs.Keys).Order(StringComparer.Ordinal)
            .Select(key => (Key: key, Delta: ours.Counts.GetValueOrDefault(key) - theirs.GetValueOrDefault(key)))
            .Where(d => d.Delta != 0)
            .ToDictionary(d => d.Key, d => d.Delta);
        var reasons = new List<string>();
        if (name == "hep3")
        {
            reasons.Add(Hep);
        }

        foreach (var (method, count) in ours.Spaced)
        {
            if (differences.GetValueOrDefault(method) == count)
            {
                differences.Remove(method);
                reasons.Add($"{method} {count:+0;-0}: {Spacing}");
            }
        }

        var left = string.Join(' ', differences.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Key}{d.Value:+0;-0}")));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-34} {ours.Counts.Values.Sum(),7} of ours {theirs.Values.Sum(),7} of tshark, {ours.Counts.Count,3} methods and codes; {(reasons.Count == 0 ? "equal" : string.Join("; ", reasons))}"));
        Assert.Equal("", left);
    }

    private static string Name(string path) => Path.GetFileName(path).Split('.')[0];

    private static async Task<SortedDictionary<string, int>> CountByTshark(string path)
    {
        // What ICMP errors quote was no message on the wire.
        var output = await Tshark(
            path, "-o", "tcp.desegment_tcp_streams:TRUE", "-o", "tcp.reassemble_out_of_order:TRUE", "-Y", "sip && !icmp && !icmpv6",
            "-T", "fields", "-E", "separator=|", "-e", "sip.Method", "-e", "sip.Status-Code");
        return Count(output.Split('\n').SelectMany(line => line.Split('|')).SelectMany(field => field.Split(',')).Where(v => v.Length > 0));
    }

    private static async Task<SortedDictionary<string, int>> CountInHep(string path)
    {
        var output = await Tshark(path, "-Y", "udp", "-T", "fields", "-e", "udp.payload");
        return Count(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => FirstStartLine().Match(Encoding.Latin1.GetString(Convert.FromHexString(line))))
            .Where(m => m.Success)
            .Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Value));
    }

    [GeneratedRegex(@"SIP/2\.0 (\d{3}) |(INVITE|ACK|BYE|CANCEL|REGISTER|OPTIONS|INFO|UPDATE|PRACK|SUBSCRIBE|NOTIFY|MESSAGE|REFER|PUBLISH) \S+ SIP/2\.0\r\n")]
    private static partial Regex FirstStartLine();

    private static SortedDictionary<string, int> Count(IEnumerable<string> names)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            counts[name] = counts.GetValueOrDefault(name) + 1;
        }

        return counts;
    }

    private static async Task<string> Tshark(string path, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/tshark"), "tshark is not installed");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/tshark", ["-n", "-r", path, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }

    private sealed class CountingSink : IDatagramSink
    {
        private readonly SipReader _reader = new();

        public SortedDictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

        /// <summary>Of those, the requests with white space where tshark takes none.</summary>
        public SortedDictionary<string, int> Spaced { get; } = new(StringComparer.Ordinal);

        public void OnDatagram(in Datagram datagram)
        {
            var m = _reader.Read(datagram.Payload);
            var name = m.IsRequest ? Encoding.Latin1.GetString(m.MethodToken) : m.StatusCode != 0 ? $"{m.StatusCode}" : "";
            if (m.Status == SipStatus.NotSip || name.Length == 0)
            {
                return;
            }

            Counts[name] = Counts.GetValueOrDefault(name) + 1;
            if ((m.Anomalies & (SipAnomalies.WhitespaceInUri | SipAnomalies.StartLineSpacing)) != SipAnomalies.None)
            {
                Spaced[name] = Spaced.GetValueOrDefault(name) + 1;
            }
        }

        public void OnTime(long time)
        {
        }
    }
}

using System.IO.Compression;
using System.Net;
using System.Text.Json;

namespace SensorNet.Sensor.Tests.Dialogs;

/// <summary>What a labelled capture's driver says it did: NAME.json beside NAME.pcap.</summary>
internal sealed class GroundTruth
{
    public required IReadOnlyList<Entry> Entries { get; init; }

    public static GroundTruth Read(string capture)
    {
        var name = capture[..capture.LastIndexOf(".pcap", StringComparison.Ordinal)];
        var path = File.Exists(name + ".json") ? name + ".json" : name + ".json.gz";
        using var file = File.OpenRead(path);
        using var json = JsonDocument.Parse(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        return new GroundTruth { Entries = [.. json.RootElement.GetProperty("events").EnumerateArray().Select(Entry.Of)] };
    }

    internal sealed record Entry(
        string Type, string Source, string User, string Agent, string CallId, string Callee, int[] Codes, int Final, string By, bool PasswordOk,
        int Count, int Rate, int Packets, string Probe, string Message, int Port, IReadOnlyDictionary<int, int> CodeCounts, DateTimeOffset First, DateTimeOffset Last)
    {
        public static Entry Of(JsonElement e) => new(
            Text(e, "type"),
            Address(Text(e, "src")),
            Text(e, "user"),
            Text(e, "ua"),
            Text(e, "call_id"),
            Text(e, "callee"),
            e.TryGetProperty("codes", out var codes) && codes.ValueKind == JsonValueKind.Array ? [.. codes.EnumerateArray().Select(c => c.GetInt32())] : [],
            Number(e, "final"),
            Text(e, "by"),
            e.TryGetProperty("password_ok", out var ok) && ok.ValueKind == JsonValueKind.True,
            Number(e, "count"),
            Number(e, "rate_per_s"),
            Number(e, "packets"),
            Text(e, "probe"),
            Text(e, "message"),
            IPEndPoint.TryParse(Text(e, "src"), out var endPoint) ? endPoint.Port : 0,
            e.TryGetProperty("code_counts", out var counts)
                ? counts.EnumerateObject().ToDictionary(c => int.Parse(c.Name, System.Globalization.CultureInfo.InvariantCulture), c => c.Value.GetInt32())
                : [],
            Time(e, "t_first"),
            Time(e, "t_last"));

        private static int Number(JsonElement e, string name) =>
            e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : 0;

        private static DateTimeOffset Time(JsonElement e, string name) =>
            e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetDateTimeOffset() : default;

        private static string Text(JsonElement e, string name) =>
            !e.TryGetProperty(name, out var value) ? ""
            : value.ValueKind == JsonValueKind.String ? value.GetString()!
            : value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 ? value[0].GetString() ?? ""
            : "";

        private static string Address(string text) =>
            IPAddress.TryParse(text, out var alone) && !text.StartsWith("::1:", StringComparison.Ordinal) ? alone.ToString()
            : IPEndPoint.TryParse(text, out var both) && text.Count(c => c == ':') == 1 ? both.Address.ToString()
            : text.LastIndexOf(':') is var colon and > 0 ? text[..colon] : text;
    }
}

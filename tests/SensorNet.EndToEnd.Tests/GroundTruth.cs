using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace SensorNet.EndToEnd.Tests;

/// <summary>What the driver of a labelled capture says happened in it.</summary>
internal sealed class GroundTruth
{
    private readonly List<LabelledEvent> _events = [];

    private GroundTruth(JsonElement root)
    {
        foreach (var e in root.GetProperty("events").EnumerateArray())
        {
            foreach (var source in Sources(e))
            {
                _events.Add(new LabelledEvent(
                    Text(e, "type"),
                    e.GetProperty("malicious").GetBoolean(),
                    source,
                    Text(e, "user"),
                    Text(e, "call_id"),
                    Time(e, "t_first"),
                    Time(e, "t_last")));
            }
        }
    }

    public IReadOnlyList<LabelledEvent> Events => _events;

    /// <summary>Sources with at least one malicious event.</summary>
    public IReadOnlySet<string> Attackers => _events.Where(e => e.Malicious && e.Source.Length > 0).Select(e => e.Source).ToHashSet();

    /// <summary>Sources whose every event is labelled not malicious.</summary>
    public IReadOnlySet<string> Innocents => _events.Where(e => !e.Malicious && e.Source.Length > 0).Select(e => e.Source).Except(Attackers).ToHashSet();

    public static GroundTruth Load(string path)
    {
        using Stream file = File.OpenRead(path);
        using var stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var document = JsonDocument.Parse(stream);
        return new GroundTruth(document.RootElement);
    }

    // One address, a list of them, or (a flood from very many) words, which name no address.
    private static IEnumerable<string> Sources(JsonElement e)
    {
        if (!e.TryGetProperty("src", out var src))
        {
            return [""];
        }

        var texts = src.ValueKind == JsonValueKind.Array ? src.EnumerateArray().Select(s => s.GetString()!) : [src.GetString()!];
        return texts.Select(t => t.Contains(' ', StringComparison.Ordinal) ? "" : AddressOf(t));
    }

    // Labels write 127.0.0.1:5060, [::1]:5060 or a bare address.
    private static string AddressOf(string endpoint)
    {
        if (endpoint.StartsWith('['))
        {
            return endpoint[1..endpoint.IndexOf(']', StringComparison.Ordinal)];
        }

        return endpoint.Count(c => c == ':') == 1 ? endpoint[..endpoint.IndexOf(':', StringComparison.Ordinal)] : endpoint;
    }

    private static DateTimeOffset Time(JsonElement e, string name) => DateTimeOffset.Parse(Text(e, name), CultureInfo.InvariantCulture);

    private static string Text(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

using System.Globalization;
using System.Text.Json;
using SensorNet.Collector.Detection.Sigma;

namespace SensorNet.Collector.Detection.Producers;

/// <summary>
/// Addresses that others have listed as hostile, from files: plain text (an address or network a line, # and ; begin
/// comments), or JSON as APIBAN and CrowdSec write it (every text in it that is an address or network counts). A list is
/// called after its file, without extension. Immutable and thread-safe.
/// </summary>
internal sealed class ReputationLists
{
    private const int LargestFile = 256 * 1024 * 1024;
    private readonly List<(string Name, PrefixSet Addresses)> _lists = [];

    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="FormatException">A file holds no address at all, a line that is none, or broken JSON.</exception>
    public ReputationLists(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            if (new FileInfo(file) is { Exists: true, Length: > LargestFile })
            {
                throw new FormatException($"{file} is larger than {LargestFile / 1024 / 1024} MiB, which no list of addresses is");
            }

            var addresses = Read(file, File.ReadAllText(file));
            _lists.Add((Path.GetFileNameWithoutExtension(file), new PrefixSet(addresses, file)));
        }
    }

    public bool IsEmpty => _lists.Count == 0;

    /// <summary>The first list that has the address; empty when none has.</summary>
    public string Find(ReadOnlySpan<byte> address)
    {
        foreach (var (name, addresses) in _lists)
        {
            if (addresses.Contains(address))
            {
                return name;
            }
        }

        return "";
    }

    private static List<string> Read(string file, string text)
    {
        var addresses = text.AsSpan().TrimStart() is ['{' or '[', ..] ? FromJson(file, text) : FromLines(file, text);
        return addresses.Count > 0 ? addresses : throw new FormatException($"{file} holds no address; take it off the configuration or fetch it again");
    }

    private static List<string> FromLines(string file, string text)
    {
        var addresses = new List<string>();
        var number = 0;
        foreach (var whole in text.AsSpan().EnumerateLines())
        {
            number++;
            var end = whole.IndexOfAny('#', ';');
            var line = (end < 0 ? whole : whole[..end]).Trim();
            if (line.IsEmpty)
            {
                continue;
            }

            if (!IsAddress(line.ToString()))
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{file}:{number}: '{line[..Math.Min(line.Length, 60)]}' is not an address or a network such as 192.0.2.0/24"));
            }

            addresses.Add(line.ToString());
        }

        return addresses;
    }

    private static List<string> FromJson(string file, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var addresses = new List<string>();
            Collect(document.RootElement, addresses);
            return addresses;
        }
        catch (JsonException error)
        {
            throw new FormatException($"{file} begins as JSON and is none: {error.Message}", error);
        }
    }

    private static void Collect(JsonElement element, List<string> addresses)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    Collect(member.Value, addresses);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Collect(item, addresses);
                }

                break;
            case JsonValueKind.String when element.GetString() is { } value && IsAddress(value):
                addresses.Add(value);
                break;
            default:
                break;
        }
    }

    // A lone number is an address to the parser of the framework, and a version or a time to everybody else.
    private static bool IsAddress(string text) => (text.Count(c => c == '.') == 3 || text.Contains(':', StringComparison.Ordinal)) && AddressPrefix.TryParse(text, out _);
}

using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// A YAML mapping that is read key by key and remembers its place in the file, so that every complaint has a line.
/// Complaints are collected, not thrown: one run reports everything that is wrong with a file.
/// </summary>
internal sealed class YamlMap
{
    private readonly Dictionary<string, (YamlNode Value, Place At)> _entries = new(StringComparer.Ordinal);
    private readonly string _file;
    private readonly List<RuleError> _errors;

    public YamlMap(YamlMappingNode node, string file, List<RuleError> errors)
    {
        _file = file;
        _errors = errors;
        Place = PlaceOf(node);
        foreach (var (key, value) in node.Children)
        {
            if (key is YamlScalarNode { Value: { } name })
            {
                _entries[name] = (value, PlaceOf(key));
            }
            else
            {
                Error(PlaceOf(key), "keys must be plain text");
            }
        }
    }

    public Place Place { get; }

    public IEnumerable<string> Keys => _entries.Keys;

    public static Place PlaceOf(YamlNode node) => new((int)node.Start.Line, (int)node.Start.Column);

    public bool Has(string key) => _entries.ContainsKey(key);

    public Place PlaceAt(string key) => _entries.TryGetValue(key, out var entry) ? entry.At : Place;

    public YamlNode? Node(string key) => _entries.TryGetValue(key, out var entry) ? entry.Value : null;

    public void Error(Place at, string message) => _errors.Add(new RuleError(_file, at, message));

    public string? Text(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case YamlScalarNode scalar:
                return scalar.Value ?? "";
            default:
                Error(PlaceAt(key), $"'{key}' must be a single value");
                return null;
        }
    }

    /// <summary>A list of texts; a single text counts as a list of one.</summary>
    public List<string>? Texts(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case YamlScalarNode { Value: { } single }:
                return [single];
            case YamlSequenceNode sequence when sequence.Children.All(c => c is YamlScalarNode):
                return [.. sequence.Children.Select(c => ((YamlScalarNode)c).Value ?? "")];
            default:
                Error(PlaceAt(key), $"'{key}' must be a text or a list of texts");
                return null;
        }
    }

    public YamlMap? Map(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case YamlMappingNode map:
                return new YamlMap(map, _file, _errors);
            default:
                Error(PlaceAt(key), $"'{key}' must be a map");
                return null;
        }
    }

    public bool? Flag(string key)
    {
        var text = Text(key);
        switch (text?.ToLowerInvariant())
        {
            case null:
                return null;
            case "true":
                return true;
            case "false":
                return false;
            default:
                Error(PlaceAt(key), $"'{key}' must be true or false, not '{text}'");
                return null;
        }
    }

    public double? Number(string key)
    {
        var text = Text(key);
        if (text is null)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        Error(PlaceAt(key), $"'{key}' must be a number, not '{text}'");
        return null;
    }

    public TimeSpan? Timespan(string key)
    {
        var text = Text(key);
        if (text is null)
        {
            return null;
        }

        if (TimespanText.TryParse(text, out var span))
        {
            return span;
        }

        Error(PlaceAt(key), $"'{key}' must be a timespan such as 30s, 10m, 24h or 7d, not '{text}'");
        return null;
    }

    /// <summary>Complains of every key that is not among the known ones, and names the nearest of them.</summary>
    public void AllowOnly(string where, params ReadOnlySpan<string> known)
    {
        foreach (var (key, entry) in _entries)
        {
            if (!known.Contains(key))
            {
                Error(entry.At, $"unknown key '{key}' in {where}; known are {string.Join(", ", known.ToArray())}");
            }
        }
    }

    /// <summary>The documents of a YAML text, or an error with its line.</summary>
    public static List<YamlMappingNode> Documents(string text, string file, List<RuleError> errors)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            errors.Add(new RuleError(file, new Place((int)e.Start.Line, (int)e.Start.Column), $"not valid YAML: {e.InnerException?.Message ?? e.Message}"));
            return [];
        }
        catch (ArgumentException e)
        {
            // The representation model reports some malformed anchors and keys in this way, without a position.
            errors.Add(new RuleError(file, 0, $"not valid YAML: {e.Message}"));
            return [];
        }

        var maps = new List<YamlMappingNode>(stream.Documents.Count);
        foreach (var document in stream.Documents)
        {
            if (document.RootNode is YamlMappingNode map)
            {
                maps.Add(map);
            }
            else if (document.RootNode is not YamlScalarNode { Value: null or "" })
            {
                errors.Add(new RuleError(file, PlaceOf(document.RootNode), "a rule must be a map (title, logsource, detection ...)"));
            }
        }

        return maps;
    }
}

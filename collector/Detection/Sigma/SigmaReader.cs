using System.Security.Cryptography;
using System.Text;
using SensorNet.V1;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// Reads Sigma documents from YAML. What lies outside the supported subset is an error with file and line, never
/// silently ignored.
/// </summary>
internal sealed partial class SigmaReader
{
    private readonly List<RuleError> _errors = [];

    public List<SigmaDetection> Detections { get; } = [];

    public List<SigmaCorrelation> Correlations { get; } = [];

    public List<SigmaFilter> Filters { get; } = [];

    public IReadOnlyList<RuleError> Errors => _errors;

    /// <summary>Reads every document of one file.</summary>
    public void Read(string text, string file)
    {
        foreach (var document in YamlMap.Documents(text, file, _errors))
        {
            var map = new YamlMap(document, file, _errors);
            var before = _errors.Count;
            var header = ReadHeader(map, document, text, file);
            if (map.Has("action"))
            {
                map.Error(map.PlaceAt("action"), "rule collections with 'action' are of the old Sigma format: write the rules as separate documents");
            }
            else if (map.Map("correlation") is { } correlation)
            {
                ReadCorrelation(header, correlation, before);
            }
            else if (map.Map("filter") is { } filter)
            {
                ReadFilter(header, map, filter, before);
            }
            else if (map.Map("detection") is { } detection)
            {
                ReadDetection(header, map, detection, before);
            }
            else if (_errors.Count == before)
            {
                map.Error(map.Place, "the document has neither 'detection' nor 'correlation' nor 'filter'");
            }
        }
    }

    private static RuleHeader ReadHeader(YamlMap map, YamlMappingNode document, string text, string file)
    {
        var title = map.Text("title") ?? "";
        var name = map.Text("name") ?? "";
        if (title.Length == 0)
        {
            map.Error(map.Place, "'title' is missing");
        }

        var level = AlertLevel.Medium;
        if (map.Text("level") is { } word && !RuleLevel.TryParse(word, out level))
        {
            map.Error(map.PlaceAt("level"), $"'{word}' is not a level: informational, low, medium, high or critical");
        }

        var id = map.Text("id") ?? Hash(name.Length == 0 ? title : name);
        return new RuleHeader
        {
            File = file,
            Line = map.Place.Line,
            Title = title,
            Id = id,
            Name = name,
            Level = level,
            Status = map.Text("status") ?? "",
            Description = (map.Text("description") ?? "").Trim(),
            Tags = map.Texts("tags") ?? [],
            FalsePositives = map.Texts("falsepositives") ?? [],
            References = map.Texts("references") ?? [],
            Version = Hash(document.ToString()),
            Text = Slice(text, document),
            Extension = ReadExtension(map),
        };
    }

    private static RuleExtension ReadExtension(YamlMap map)
    {
        if (map.Map("sensornet") is not { } own)
        {
            return RuleExtension.None;
        }

        own.AllowOnly("'sensornet'", "group-by", "idle", "inhibits", "dry-run", "disabled", "include-trusted");
        return new RuleExtension
        {
            GroupBy = own.Texts("group-by") ?? [],
            Idle = own.Timespan("idle"),
            Inhibits = own.Texts("inhibits") ?? [],
            DryRun = own.Flag("dry-run") ?? false,
            Disabled = own.Flag("disabled") ?? false,
            IncludeTrusted = own.Flag("include-trusted") ?? false,
        };
    }

    private void ReadDetection(RuleHeader header, YamlMap map, YamlMap detection, int errorsBefore)
    {
        var logSource = ReadLogSource(map, required: true);
        if (detection.Has("timeframe"))
        {
            detection.Error(detection.PlaceAt("timeframe"), "'timeframe' is of the old aggregation format: write a correlation rule");
        }

        var conditions = detection.Texts("condition");
        if (conditions is null or { Count: 0 })
        {
            detection.Error(detection.Place, "'detection' has no 'condition'");
        }

        var searches = ReadSearches(detection, "condition", "timeframe");
        if (searches.Count == 0)
        {
            detection.Error(detection.Place, "'detection' has no search identifier beside its condition");
        }

        if (_errors.Count == errorsBefore)
        {
            Detections.Add(new SigmaDetection(header, logSource, searches, conditions!, detection.PlaceAt("condition")));
        }
    }

    private void ReadFilter(RuleHeader header, YamlMap map, YamlMap filter, int errorsBefore)
    {
        var logSource = ReadLogSource(map, required: false);
        var rules = filter.Texts("rules") ?? [];
        var condition = filter.Text("condition");
        if (condition is null)
        {
            filter.Error(filter.Place, "'filter' has no 'condition'");
        }

        var searches = ReadSearches(filter, "condition", "rules");
        if (_errors.Count == errorsBefore)
        {
            Filters.Add(new SigmaFilter(header, logSource, rules, searches, condition!, filter.PlaceAt("condition")));
        }
    }

    private static LogSourceSelector ReadLogSource(YamlMap map, bool required)
    {
        if (map.Map("logsource") is not { } source)
        {
            if (required && !map.Has("logsource"))
            {
                map.Error(map.Place, "'logsource' is missing");
            }

            return LogSourceSelector.Any;
        }

        return new LogSourceSelector(
            (source.Text("product") ?? "").ToLowerInvariant(),
            (source.Text("category") ?? "").ToLowerInvariant(),
            (source.Text("service") ?? "").ToLowerInvariant());
    }

    private static Dictionary<string, SearchNode> ReadSearches(YamlMap map, params ReadOnlySpan<string> reserved)
    {
        var searches = new Dictionary<string, SearchNode>(StringComparer.Ordinal);
        foreach (var name in map.Keys)
        {
            if (!reserved.Contains(name) && ReadSearch(map, map.Node(name)!) is { } node)
            {
                searches[name] = node;
            }
        }

        return searches;
    }

    private static SearchNode? ReadSearch(YamlMap map, YamlNode node)
    {
        var at = YamlMap.PlaceOf(node);
        switch (node)
        {
            case YamlScalarNode scalar:
                return new SearchNode.Keyword(Scalar(scalar), at);
            case YamlMappingNode fields:
                return ReadFields(map, fields);
            case YamlSequenceNode sequence:
                var alternatives = new List<SearchNode>(sequence.Children.Count);
                foreach (var child in sequence.Children)
                {
                    if (child is YamlSequenceNode)
                    {
                        map.Error(YamlMap.PlaceOf(child), "a list within a list is not a search");
                        return null;
                    }

                    if (ReadSearch(map, child) is not { } alternative)
                    {
                        return null;
                    }

                    alternatives.Add(alternative);
                }

                if (alternatives.Count == 0)
                {
                    map.Error(at, "an empty list matches nothing: remove it or give it values");
                    return null;
                }

                return new SearchNode.AnyOf(alternatives, at);
            default:
                map.Error(at, "a search is a map of fields, a list of such maps, or a list of keywords");
                return null;
        }
    }

    private static SearchNode? ReadFields(YamlMap map, YamlMappingNode node)
    {
        var conditions = new List<FieldCondition>(node.Children.Count);
        foreach (var (key, value) in node.Children)
        {
            var at = YamlMap.PlaceOf(key);
            var parts = ((key as YamlScalarNode)?.Value ?? "").Split('|');
            var values = ReadValues(map, value);
            if (values is null)
            {
                return null;
            }

            string[] modifiers = [.. parts[1..].Select(m => m.ToLowerInvariant())];
            if (parts[0].Length == 0)
            {
                if (node.Children.Count > 1)
                {
                    map.Error(at, "keywords with modifiers ('|all') cannot stand beside fields");
                    return null;
                }

                return new SearchNode.Keywords(modifiers, values, at);
            }

            conditions.Add(new FieldCondition(parts[0], modifiers, values, at));
        }

        if (conditions.Count == 0)
        {
            map.Error(YamlMap.PlaceOf(node), "an empty map matches everything: give it fields");
            return null;
        }

        return new SearchNode.Fields(conditions, YamlMap.PlaceOf(node));
    }

    private static List<ScalarValue>? ReadValues(YamlMap map, YamlNode node)
    {
        switch (node)
        {
            case YamlScalarNode scalar:
                return [Scalar(scalar)];
            case YamlSequenceNode sequence when sequence.Children.Count > 0 && sequence.Children.All(c => c is YamlScalarNode):
                return [.. sequence.Children.Select(c => Scalar((YamlScalarNode)c))];
            default:
                map.Error(YamlMap.PlaceOf(node), "a field's value must be a single value or a list of single values");
                return null;
        }
    }

    private static ScalarValue Scalar(YamlScalarNode node)
    {
        var quoted = node.Style is not ScalarStyle.Plain and not ScalarStyle.Any;
        var isNull = !quoted && node.Value is null or "" or "~" or "null" or "Null" or "NULL";
        return new ScalarValue(node.Value ?? "", isNull && !quoted, quoted, YamlMap.PlaceOf(node));
    }

    /// <summary>The document's lines as they stand in the file.</summary>
    private static string Slice(string text, YamlMappingNode document)
    {
        var start = Math.Clamp((int)document.Start.Index, 0, text.Length);
        start = start == 0 ? 0 : text.LastIndexOf('\n', start - 1) + 1;
        var end = text.IndexOf("\n---", start, StringComparison.Ordinal);
        return (end < 0 ? text[start..] : text[start..end]).Trim('\r', '\n') + "\n";
    }

    public static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
}

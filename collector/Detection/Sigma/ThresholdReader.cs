using System.Globalization;
using SensorNet.Collector.Alerts;
using SensorNet.V1;
using YamlDotNet.RepresentationModel;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>
/// Reads the threshold overlay:
/// <code>
/// rules:
///   sip_bruteforce: { gte: 8, timespan: 5m, level: high, enabled: true }
/// groups:
///   call-centre:
///     sip_bruteforce: { gte: 40 }
/// lists:
///   office_networks: [192.0.2.0/24]
/// silences:
///   - { rule: v11_*, source: 192.0.2.0/24, until: 2027-01-31T18:00:00Z, comment: load test }
/// </code>
/// </summary>
internal static class ThresholdReader
{
    public static Thresholds Read(string text, string file, List<RuleError> errors)
    {
        var thresholds = new Thresholds();
        foreach (var document in YamlMap.Documents(text, file, errors))
        {
            var map = new YamlMap(document, file, errors);
            map.AllowOnly("the threshold overlay", "rules", "groups", "lists", "silences");
            if (map.Map("rules") is { } rules)
            {
                foreach (var name in rules.Keys)
                {
                    if (rules.Map(name) is { } rule)
                    {
                        thresholds.Rules[name] = ReadRule(rule, file);
                    }
                }
            }

            if (map.Map("groups") is { } groups)
            {
                foreach (var group in groups.Keys)
                {
                    ReadGroup(group, groups, file, thresholds);
                }
            }

            ReadSilences(map, file, errors, thresholds.Silences);
            if (map.Map("lists") is { } lists)
            {
                foreach (var name in lists.Keys)
                {
                    thresholds.Lists[name] = lists.Node(name) is YamlSequenceNode { Children.Count: 0 } ? [] : lists.Texts(name) ?? [];
                }
            }
        }

        return thresholds;
    }

    private static void ReadGroup(string group, YamlMap groups, string file, Thresholds thresholds)
    {
        if (groups.Map(group) is not { } rules)
        {
            return;
        }

        foreach (var name in rules.Keys)
        {
            if (rules.Map(name) is { } rule)
            {
                thresholds.Groups[(name.ToLowerInvariant(), group)] = ReadRule(rule, file);
            }
        }
    }

    private static void ReadSilences(YamlMap map, string file, List<RuleError> errors, List<SilenceMatcher> silences)
    {
        if (map.Node("silences") is not { } node)
        {
            return;
        }

        if (node is not YamlSequenceNode list)
        {
            map.Error(map.PlaceAt("silences"), "'silences' must be a list");
            return;
        }

        foreach (var item in list.Children)
        {
            if (item is not YamlMappingNode mapping)
            {
                map.Error(YamlMap.PlaceOf(item), "a silence is a map of rule, source, user, host, max-level, until and comment");
                continue;
            }

            var silence = new YamlMap(mapping, file, errors);
            silence.AllowOnly("a silence", "rule", "source", "user", "host", "max-level", "until", "comment");
            if (!DateTimeOffset.TryParse(silence.Text("until"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until))
            {
                silence.Error(silence.Place, "a silence needs 'until', a time such as 2027-01-31T18:00:00Z");
                continue;
            }

            var level = AlertLevel.Unspecified;
            if (silence.Text("max-level") is { } word && !RuleLevel.TryParse(word, out level))
            {
                silence.Error(silence.PlaceAt("max-level"), $"'{word}' is not a level: informational, low, medium, high or critical");
                continue;
            }

            var matcher = SilenceMatcher.Create(
                new Silence
                {
                    Id = string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)}:{silence.Place.Line}"),
                    Rule = silence.Text("rule") ?? "",
                    Source = silence.Text("source") ?? "",
                    User = silence.Text("user") ?? "",
                    Host = silence.Text("host") ?? "",
                    MaxLevel = level,
                    Reason = silence.Text("comment") ?? "",
                    Expires = (until - DateTimeOffset.UnixEpoch).Ticks * 100,
                    File = string.Create(CultureInfo.InvariantCulture, $"{file}:{silence.Place.Line}"),
                },
                out var error);
            if (matcher is null)
            {
                silence.Error(silence.Has("source") ? silence.PlaceAt("source") : silence.Place, error);
                continue;
            }

            silences.Add(matcher);
        }
    }

    private static RuleOverride ReadRule(YamlMap rule, string file)
    {
        rule.AllowOnly("a rule's thresholds", "gt", "gte", "lt", "lte", "eq", "neq", "timespan", "level", "enabled", "dry-run");
        AlertLevel? level = null;
        if (rule.Text("level") is { } word)
        {
            if (RuleLevel.TryParse(word, out var parsed))
            {
                level = parsed;
            }
            else
            {
                rule.Error(rule.PlaceAt("level"), $"'{word}' is not a level: informational, low, medium, high or critical");
            }
        }

        var condition = new CountCondition(
            rule.Number("gt") ?? double.NaN,
            rule.Number("gte") ?? double.NaN,
            rule.Number("lt") ?? double.NaN,
            rule.Number("lte") ?? double.NaN,
            rule.Number("eq") ?? double.NaN,
            rule.Number("neq") ?? double.NaN);
        return new RuleOverride(condition.IsEmpty ? null : condition, rule.Timespan("timespan"), level, rule.Flag("enabled"), rule.Flag("dry-run"), file, rule.Place.Line);
    }
}

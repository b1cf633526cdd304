using SensorNet.Collector.Detection;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection;

/// <summary>The shipped rules as files.</summary>
public sealed class CatalogueTests
{
    private static readonly LoadedRules Loaded = RuleLoader.LoadDirectories([DetectionHarness.Catalogue]);

    /// <summary>Faults, not attacks.</summary>
    private static readonly string[] NoTechnique =
        ["h25_disk_full", "h26_vm_error", "h26_vm_flapping", "x09_sensor_impaired", "x09_sensor_gap", "x09_rules_short_of_memory", "v07_misconfigured_phone", "v07_misconfigured_phones", "v52_trunk_failing"];

    /// <summary>The catalogue's numbers; V51 was never given out.</summary>
    [Fact]
    public void Every_number_of_the_catalogue_has_a_rule()
    {
        var numbers = Enumerable.Range(1, 56).Where(n => n != 51).Select(n => $"v{n:00}")
            .Concat(Enumerable.Range(1, 28).Select(n => $"h{n:00}")).Concat(Enumerable.Range(1, 12).Select(n => $"x{n:00}"));
        var tags = Loaded.Rules.All.Where(r => r.RaisesAlerts).SelectMany(r => r.Header.Tags).ToHashSet();
        Assert.All(numbers, number => Assert.Contains($"sensornet.{number}", tags));
    }

    [Fact]
    public void Every_file_loads_without_an_error_or_a_warning()
    {
        Assert.Empty(Loaded.Errors);
        Assert.Empty(Loaded.Rules.Warnings);
    }

    [Fact]
    public void Every_rule_that_raises_alerts_says_what_it_means_and_what_may_be_harmless()
    {
        foreach (var rule in Loaded.Rules.All.Where(r => r.RaisesAlerts && r.Header.Level > AlertLevel.Informational))
        {
            Assert.True(rule.Header.Description.Length > 10, $"{rule.Name} has no description");
            Assert.True(rule.Header.FalsePositives.Count > 0, $"{rule.Name} has no false positives");
            Assert.True(rule.Header.Tags.Any(t => t.StartsWith("sensornet.", StringComparison.Ordinal)), $"{rule.Name} has no catalogue tag");
            Assert.True(rule.Header.References.Count > 0, $"{rule.Name} has no reference");
            Assert.True(
                rule.Header.Tags.Any(t => t.StartsWith("attack.t1", StringComparison.Ordinal)) || NoTechnique.Contains(rule.Name),
                $"{rule.Name} has no ATT&CK technique");
            Assert.True(Guid.TryParse(rule.Header.Id, out _), $"{rule.Name} has no UUID");
        }
    }

    [Fact]
    public void What_a_rule_mutes_exists()
    {
        var names = Loaded.Rules.All.Select(r => r.Name).ToHashSet();
        Assert.All(Loaded.Rules.All.SelectMany(r => r.Header.Extension.Inhibits), name => Assert.Contains(name, names));
    }

    [Fact]
    public void No_rule_mutes_one_that_mutes_it()
    {
        var parts = Loaded.Rules.All.ToDictionary(r => r.Name, r => r.Header.Extension.Inhibits);
        var muted = parts.Keys.ToDictionary(rule => rule, rule =>
        {
            var reached = new HashSet<string>();
            var open = new Queue<string>(parts[rule]);
            while (open.TryDequeue(out var part))
            {
                if (reached.Add(part))
                {
                    parts[part].ToList().ForEach(open.Enqueue);
                }
            }

            return reached;
        });
        Assert.All(muted, rule => Assert.DoesNotContain(rule.Key, rule.Value));
    }

    [Fact]
    public void Every_detection_rule_looks_at_some_type_of_event()
    {
        Assert.All(Loaded.Rules.Detections, d => Assert.False(d.Predicate.Types.IsEmpty, d.Name));
    }
}

using SensorNet.Collector.Detection.Sigma;
using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>What a rule says of itself, as the contract shows it; nothing of how it runs.</summary>
internal static class RuleText
{
    public static Rule Of(RunningRule rule)
    {
        var header = rule.Header;
        var described = new Rule
        {
            Id = header.Id,
            Name = rule.Name,
            Title = header.Title,
            Level = rule.Default.Level,
            Kind = rule.Kind,
            Enabled = !header.Extension.Disabled,
            DryRun = header.Extension.DryRun,
            File = $"{header.File}:{header.Line}",
            Description = header.Description,
            Status = header.Status,
            RaisesAlerts = rule.RaisesAlerts && rule.Default.Level > AlertLevel.Informational,
        };
        described.Tags.Add(header.Tags);
        described.References.Add(header.References);
        described.FalsePositives.Add(header.FalsePositives);
        described.GroupBy.Add(rule.GroupByNames);
        if (rule.Default.Correlation is { } correlation)
        {
            described.WindowMs = (ulong)correlation.Timespan.TotalMilliseconds;
            described.Condition = ConditionText.Of(correlation);
            described.Rules.Add(correlation.Rules);
        }

        return described;
    }
}

using SensorNet.Collector.Detection;
using SensorNet.Collector.Detection.Sigma;
using SensorNet.Proto;
using SensorNet.V1;

namespace SensorNet.Collector.Alerts;

/// <summary>Says of an alert which events made it fire and which rule each of them met. Thread-safe.</summary>
internal sealed class AlertExplainer(RuleBook rules)
{
    /// <param name="alert">The alert.</param>
    /// <param name="evidence">Its stored evidence, as far as the caller may see it.</param>
    public ExplainAlertResponse Explain(Alert alert, IEnumerable<StoredEvent> evidence)
    {
        var rule = rules.Find(alert.RuleId);
        var response = new ExplainAlertResponse
        {
            Alert = alert,
            Kind = rule?.Kind ?? "",
            Condition = alert.FiredCondition,
            WindowMs = alert.WindowMs,
            WindowFrom = alert.FiredFrom,
            WindowTo = alert.FiredTo,
            Value = alert.FiredValue,
            Threshold = rule is CorrelationRule correlation ? correlation.Least : 1,
            Remark = RemarkOf(rule, alert),
        };
        var scratch = new MatchScratch();
        var running = 0UL;
        foreach (var stored in evidence.OrderBy(s => s.Event.EventTime).ThenBy(s => s.Position))
        {
            var explained = new ExplainedEvent { Event = stored, InWindow = stored.Event.EventTime >= alert.FiredFrom && stored.Event.EventTime <= alert.FiredTo };
            if (rule is not null)
            {
                scratch.Begin(stored.Event);
                Explain(rule, stored.Event, scratch, explained);
            }

            if (explained.InWindow)
            {
                explained.Running = ++running;
            }

            response.Events.Add(explained);
        }

        return response;
    }

    private static void Explain(RunningRule rule, Event e, MatchScratch scratch, ExplainedEvent explained)
    {
        switch (rule)
        {
            case DetectionRule detection:
                explained.Rule = rule.Name;
                detection.Predicate.Explain(e, scratch, explained.Met);
                AddFields(explained.Key, detection.GroupBy, e);
                break;
            case CorrelationRule correlation:
                for (var i = 0; i < correlation.Sources.Count; i++)
                {
                    if (Leaf(correlation.Sources[i], e, scratch) is { } leaf)
                    {
                        explained.Rule = correlation.Sources[i].Name;
                        leaf.Predicate.Explain(e, scratch, explained.Met);
                        AddFields(explained.Key, correlation.Keys[i].Fields, e);
                        AddFields(explained.Values, correlation.Values.Fields, e);
                        break;
                    }
                }

                break;
            default:
                break;
        }
    }

    /// <summary>The rule on single events, at the end of a chain, that the event meets.</summary>
    private static DetectionRule? Leaf(RunningRule rule, Event e, MatchScratch scratch) => rule switch
    {
        DetectionRule detection => detection.Predicate.Matches(e, scratch) ? detection : null,
        CorrelationRule correlation => correlation.Sources.Select(s => Leaf(s, e, scratch)).FirstOrDefault(l => l is not null),
        _ => null,
    };

    private static void AddFields(Google.Protobuf.Collections.RepeatedField<GroupKeyPart> parts, IEnumerable<EventField> fields, Event e)
    {
        foreach (var field in fields)
        {
            var value = field.Get(e);
            if (value.Exists)
            {
                parts.Add(new GroupKeyPart { Field = field.Name, Value = value.ToString() });
            }
        }
    }

    private static string RemarkOf(RunningRule? rule, Alert alert) => rule switch
    {
        null => "the rule is not loaded any more",
        CorrelationRule correlation when correlation.Variants.All(v => ConditionText.Of(v.Correlation!) != alert.FiredCondition || (ulong)v.Correlation!.Timespan.TotalMilliseconds != alert.WindowMs) =>
            "the rule's numbers have changed since",
        _ => "",
    };
}

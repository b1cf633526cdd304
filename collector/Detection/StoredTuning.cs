using SensorNet.V1;

namespace SensorNet.Collector.Detection;

/// <summary>What an operator has laid over a rule for one host group.</summary>
internal sealed record StoredTuning(string RuleId, RuleTuning Tuning);

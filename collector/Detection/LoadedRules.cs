using SensorNet.Collector.Alerts;
using SensorNet.Collector.Detection.Sigma;

namespace SensorNet.Collector.Detection;

/// <summary>What came of loading rule folders.</summary>
/// <param name="Rules">The rules that are right.</param>
/// <param name="Errors">What is wrong with the others, with file and line.</param>
/// <param name="Lists">The named lists of the overlays.</param>
/// <param name="Silences">The silences of the overlays.</param>
internal sealed record LoadedRules(RuleSet Rules, IReadOnlyList<RuleError> Errors, IReadOnlyDictionary<string, IReadOnlyList<string>> Lists, IReadOnlyList<SilenceMatcher> Silences);

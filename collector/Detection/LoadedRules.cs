using SensorNet.Collector.Detection.Sigma;

namespace SensorNet.Collector.Detection;

/// <summary>What came of loading rule folders.</summary>
/// <param name="Files">The texts it was compiled from.</param>
/// <param name="Rules">The rules that are right.</param>
/// <param name="Errors">What is wrong with the others, with file and line.</param>
/// <param name="Overlay">What the overlay files say.</param>
internal sealed record LoadedRules(RuleFiles Files, RuleSet Rules, IReadOnlyList<RuleError> Errors, Thresholds Overlay);

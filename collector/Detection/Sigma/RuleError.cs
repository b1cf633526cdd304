namespace SensorNet.Collector.Detection.Sigma;

/// <summary>What is wrong with a rule, and where: printed as <c>file:line: message</c>.</summary>
/// <param name="File">Path as it was given to the loader.</param>
/// <param name="Line">1-based; 0 when the whole file is meant.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
internal sealed record RuleError(string File, int Line, string Message)
{
    public override string ToString() => $"{File}:{Line}: {Message}";
}

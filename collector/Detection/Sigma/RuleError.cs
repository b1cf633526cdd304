using SensorNet.V1;

namespace SensorNet.Collector.Detection.Sigma;

/// <summary>What is wrong with a rule, and where: printed as <c>file:line:column: message</c>.</summary>
/// <param name="File">Path as it was given to the loader.</param>
/// <param name="At">Where in it.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
internal sealed record RuleError(string File, Place At, string Message)
{
    public int Line => At.Line;

    public int Column => At.Column;

    public override string ToString() => At.Column > 0 ? $"{File}:{At.Line}:{At.Column}: {Message}" : $"{File}:{At.Line}: {Message}";

    public RuleProblem ToProblem(bool warning) => new() { File = File, Line = (uint)At.Line, Column = (uint)At.Column, Message = Message, Warning = warning };
}

namespace SensorNet.EndToEnd.Tests;

internal sealed record FinishedProgram(int ExitCode, string Output, string Errors)
{
    /// <summary>Asserts success and gives the standard output.</summary>
    public string Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Errors}\n{Output}");
        return Output;
    }
}

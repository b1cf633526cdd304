using SensorNet.Console.Cli;

namespace SensorNet.Console.Tests.Support;

/// <summary>The command line in this process, against a collector in memory.</summary>
internal sealed class CliRig(MemoryCollector collector, bool terminal = false, int width = 80)
{
    public Dictionary<string, string> Environment { get; } = new() { ["HOME"] = "/nonexistent" };

    /// <summary>The settings of the last connection.</summary>
    public SensorNet.Console.Client.ConnectionSettings? Settings { get; private set; }

    public (int Code, string Out, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CliHost
        {
            Out = output,
            Error = error,
            IsTerminal = terminal,
            Width = width,
            Time = new ManualClock(SampleData.Now),
            Environment = name => Environment.GetValueOrDefault(name),
            Connect = settings =>
            {
                Settings = settings;
                return collector;
            },
            OpenScreens = (_, _) => Task.FromResult(0),
        };
        var code = new CommandTree(host).RunAsync(arguments, CancellationToken.None).GetAwaiter().GetResult();
        return (code, output.ToString(), error.ToString());
    }
}

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
        var host = Host(collector) with
        {
            Out = output,
            Error = error,
            IsTerminal = terminal,
            Width = width,
            Environment = name => Environment.GetValueOrDefault(name),
            Connect = settings =>
            {
                Settings = settings;
                return collector;
            },
        };
        var code = new CommandTree(host).RunAsync(arguments, CancellationToken.None).GetAwaiter().GetResult();
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>A process without a terminal.</summary>
    public static CliHost Host(MemoryCollector collector) => new()
    {
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        IsTerminal = false,
        Time = new ManualClock(SampleData.Now),
        Environment = _ => null,
        Connect = _ => collector,
        OpenScreens = (_, _) => Task.FromResult(0),
    };
}
